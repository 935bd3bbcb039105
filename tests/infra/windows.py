"""How Windows hands arguments to `az.cmd`: through cmd.exe, which reads them before az does."""

import subprocess
from collections.abc import Sequence


class MangledError(Exception):
    """cmd.exe would take a part of it for itself."""


def through_cmd(arguments: Sequence[str]) -> list[str]:
    """What az is given in the end.

    https://learn.microsoft.com/windows-server/administration/windows-commands/cmd and
    https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments
    """
    for argument in arguments:
        taken = set('&|<>^%"\r\n') & set(argument)
        if taken:  # inside quotes some survive, until a batch file hands them on
            raise MangledError(f"{''.join(taken)!r} in {argument}")
    return _split(subprocess.list2cmdline(arguments))


def _split(line: str) -> list[str]:
    words: list[str] = []
    word, is_word, is_quoted, backslashes = "", False, False, 0
    for character in line:
        if character == "\\":
            backslashes += 1
            is_word = True
            continue
        if character == '"':
            word += "\\" * (backslashes // 2)
            if backslashes % 2:
                word += '"'
            else:
                is_quoted = not is_quoted
            is_word = True
        else:
            word += "\\" * backslashes
            if character in " \t" and not is_quoted:
                if is_word:
                    words.append(word)
                word, is_word = "", False
            else:
                word += character
                is_word = True
        backslashes = 0
    return [*words, word + "\\" * backslashes] if is_word or backslashes else words
