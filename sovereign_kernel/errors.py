"""Everything that can go wrong, each error saying what to do next.

    SovereignError
    ├── BadInput               the owner asked for something that cannot be done        (exit 2)
    │   ├── BadSetting         a setting is unknown, mistyped or out of bounds
    │   ├── BadRole            a role's file or prompt does not load
    │   ├── BadCorpus          a corpus file cannot be read
    │   └── BadRun             a run's folder is missing, damaged, in use or from elsewhere
    ├── NothingFound           the sources answered, and had nothing                     (exit 5)
    ├── Unreachable            a service did not answer within its limits                (exit 6)
    │   ├── SourceUnavailable  arXiv
    │   └── ModelUnavailable   a language model or an embedder
    ├── Refused                a service answered and will not serve this request        (exit 6)
    │                          (wrong key, unknown model)
    ├── BadAnswer              a model answered with something unusable, twice
    │   └── PromptRefused      a service will not read this one prompt: its content, or its length
    ├── IndexMismatch          stored vectors belong to another model or dimension
    └── BudgetSpent            the run's limit of time, calls, tokens or cost is reached

Exit codes of the command line: 0 approved, 1 a defect of ours, 2 bad input, 3 the owner's review is pending,
4 rejected, 5 nothing found, 6 a service is unreachable or refuses, 7 what `sovereign verify` checked does not hold,
130 interrupted.
"""


class SovereignError(RuntimeError):
    """Base of all errors: `str(error)` is what was wrong, `error.help` is what to do next.

    A RuntimeError, because LangGraph's server shows a client the words of builtin errors only.
    """

    exit_code = 1

    def __init__(self, what: str, help: str = "") -> None:
        super().__init__(what)
        self.help = help


class BadInput(SovereignError):
    exit_code = 2


class BadSetting(BadInput):
    pass


class BadRole(BadInput):
    pass


class BadCorpus(BadInput):
    pass


class BadRun(BadInput):
    pass


class NothingFound(SovereignError):
    exit_code = 5


class Unreachable(SovereignError):
    exit_code = 6


class SourceUnavailable(Unreachable):
    pass


class ModelUnavailable(Unreachable):
    pass


class Refused(SovereignError):
    exit_code = 6


class BadAnswer(SovereignError):
    """`text` is the model's last answer, for the owner's eyes only: it is never an instruction."""

    exit_code = 6

    def __init__(self, what: str, help: str = "", text: str = "") -> None:
        super().__init__(what, help)
        self.text = text


class PromptRefused(BadAnswer):
    pass


class IndexMismatch(SovereignError):
    exit_code = 2


class BudgetSpent(SovereignError):
    exit_code = 6
