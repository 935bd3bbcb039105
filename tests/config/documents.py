"""Documents that are right, and the smallest ones to spoil."""

HUBS, PROD, TEST = (f"00000000-0000-0000-0000-00000000000{digit}" for digit in "abc")
NETWORKS = f"/subscriptions/{HUBS}/resourceGroups/rg-hub/providers/Microsoft.Network/virtualNetworks"
WEU, EUS = f"{NETWORKS}/vnet-hub-weu", f"{NETWORKS}/vnet-hub-eus"

LEAST = {"hubs": [{"name": "weu", "id": WEU}]}

FULL = f"""
hubs:
  - name: weu
    id: {WEU}
    regions: [westeurope, North Europe]
  - name: eus
    location: eastus2
    tags: {{network-role: hub}}
    subscription: {HUBS}
    ifSeveral: {{network-role: main hub}}
defaultHub: weu
mesh: true
spokes:
  include:
    - name: [vnet-prod-*, "vnet-test-?"]
      resourceGroup: rg-*
      subscription: {PROD}
      hub: EUS
    - location: [westeurope, eastus2]
      tags: {{environment: "*"}}
      addressSpace: 10.0.0.0/8
  exclude:
    - name: "*-sandbox"
unselected: remove
tagPrefix: network-
limits: {{deletions: 3, deletionsPercent: 50, changes: 100}}
changeWindows:
  - days: [saturday, sunday]
    start: "22:00"
    end: "04:30"
    timeZone: Europe/Stockholm
subscriptions: [{PROD}, {TEST}]
tenants:
  - id: {TEST}
    clientId: {HUBS}
    subscriptions: [{HUBS}]
"""
