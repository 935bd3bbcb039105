// Reads {tables, queries} as JSON, and prints for each query what Kusto's language service says of it.
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
const { GlobalState, KustoCode, Symbols } = Kusto.Language;

const { tables, queries } = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const symbols = Object.entries(tables).map(([name, columns]) => Symbols.TableSymbol.From(`(${columns})`).WithName(name));
const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('log', symbols));

const said = queries.map((query) => {
  const diagnostics = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, i) => diagnostics.getItem(i))
    .map(({ Code, Severity, Message }) => `${Severity} ${Code}: ${Message}`);
});
console.log(JSON.stringify(said));
