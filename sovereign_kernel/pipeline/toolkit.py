"""The one place where settings become live objects: what a role is handed, besides the dossier."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from functools import cached_property, lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from sovereign_kernel.decision.policy import Rule, load_rules
from sovereign_kernel.errors import BadRole, BadSetting, Refused
from sovereign_kernel.goal import Goal, analyse
from sovereign_kernel.goal.dates import first_day, last_day
from sovereign_kernel.models.limits import Budget, RateLimiter
from sovereign_kernel.models.run_limits import SPENT, LimitedChat
from sovereign_kernel.pipeline.project import project_root
from sovereign_kernel.pipeline.roles import Role, load_roles
from sovereign_kernel.ports import (
    ChatModel,
    Clock,
    Embedder,
    EntailmentEngine,
    Journal,
    Ledger,
    Verifier,
)
from sovereign_kernel.records import DroppedPaper, ModelUse, Paper
from sovereign_kernel.records.dossier import SearchReport
from sovereign_kernel.runs import RunFolder
from sovereign_kernel.runs.journal import FolderJournal, MemoryJournal
from sovereign_kernel.runs.ledger import FileLedger, MemoryLedger, total_usage
from sovereign_kernel.settings import Settings, address_of
from sovereign_kernel.text.prompts import PromptTemplate
from sovereign_kernel.transport.clock import SystemClock
from sovereign_kernel.transport.keys import KEYS, has_key, read_key, secrets

if TYPE_CHECKING:
    from sovereign_kernel.goal.looking_up import LookedUp
    from sovereign_kernel.models.chat import StructuredChat
    from sovereign_kernel.sources.arxiv.client import ArxivSource
    from sovereign_kernel.sources.corpus import CorpusSource
    from sovereign_kernel.text.abbreviations import Lexicon

Provider = Literal["nim", "openai", "none"]
ENTAILMENT = "entailment"  # whose model, in role_models, gives the second opinion on claims
LOOK_UP_PATIENCE = 5.0  # seconds that arXiv is given for a named paper, where it is not the only source
Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True)
class Toolkit:
    """Live objects for one node of one run. Made anew for every node; what is costly is shared beneath."""

    settings: Settings
    ledger: Ledger
    journal: Journal
    run: RunFolder | None = None
    clock: Clock = field(default_factory=SystemClock)
    began: str | None = None
    used: tuple[ModelUse, ...] = ()
    owners: Settings | None = None
    """The settings that the owner chose, where `settings` hold somebody else's: keys go to the owner's addresses."""

    @classmethod
    def open(
        cls,
        settings: Settings,
        began: str | None = None,
        used: Sequence[ModelUse] = (),
        owners: Settings | None = None,
    ) -> Toolkit:
        """The toolkit of a run: with its folder's ledger and journal when it has a folder, in memory otherwise.

        `began` is when a run without a folder began (ISO 8601), `used` what its nodes have used of models; a folder's
        ledger knows.
        """
        clock = SystemClock()
        if settings.out is None:
            ledger, journal = MemoryLedger(clock, secrets()), MemoryJournal()
            return cls(settings, ledger, journal, None, clock, began, tuple(used), owners)
        run = RunFolder.open(settings.out)
        kept = FileLedger(run.ledger, clock, secrets())
        answers = FolderJournal(run.journal, kept.record, secrets())
        return cls(settings, kept, answers, run, clock, owners=owners)

    @cached_property
    def roles(self) -> tuple[Role, ...]:
        return cast_of(self.settings)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        return load_rules(self.settings.policy)

    @property
    def provider(self) -> Provider:
        return provider_of(self.settings)

    def chat(self, role: str) -> ChatModel | None:
        """The language model for a role; None in measured mode."""
        if self.provider == "none":
            return None
        chat = self._chat(self.settings.role_models.get(role, self.settings.model))
        return LimitedChat(chat, self.ledger)

    @property
    def stopped_early(self) -> bool:
        """Whether a limit of time, calls, tokens or cost has been met; in a run without a folder, by this toolkit."""
        return any(event["event"] == SPENT for event in self.ledger.events())

    def prompt(self, role: str) -> PromptTemplate:
        """The prompt of a role. Raises BadRole when it has none."""
        found = next((entry.prompt for entry in self.roles if entry.name == role), None)
        if found is None:
            raise BadRole(
                f"the role {role!r} argues, but has no prompt", help=f"write {role}.md beside it, or in prompts/"
            )
        return found

    def goal(self, text: str) -> Goal:
        """The goal, read by code with what the corpus knows of abbreviations."""
        return analyse(text, self.lexicon, date.fromisoformat(self.clock.now()[:10]))

    @property
    def lexicon(self) -> Lexicon | None:
        """What the corpus knows of words; None where no corpus takes part."""
        return None if self.settings.source == "arxiv" else self.corpus.lexicon()

    @property
    def corpus(self) -> CorpusSource:
        return _corpus(self.settings.corpus, cache_dir(self.settings))

    @cached_property
    def arxiv(self) -> ArxivSource:
        from sovereign_kernel.sources.arxiv.client import ArxivSource

        settings = self.settings
        limits = (settings.arxiv_gap, settings.arxiv_timeout, settings.arxiv_patience)
        return ArxivSource(settings.arxiv_url, cache_dir(settings), *limits, self.clock)

    def look_up(self, goal: Goal) -> LookedUp:
        """The papers that the goal names, as far as the run's sources have them."""
        from sovereign_kernel.goal.looking_up import LookedUp, look_up

        if not goal.papers:
            return LookedUp()
        arxiv = self.arxiv if self.settings.source == "arxiv" else self.arxiv.in_a_hurry(LOOK_UP_PATIENCE)
        return look_up(goal.papers, " ".join(goal.terms), self.settings.source, arxiv, self.corpus)

    def search(self, goal: Goal, queries: Sequence[str], keep: int, known: Collection[str] = ()) -> SearchReport:
        """Asks all queries side by side, within the goal's dates; the best `keep` papers that are not `known`, and an
        account of the rest."""
        from sovereign_kernel.sources.search import collect

        days = (goal.since and first_day(goal.since), goal.until and last_day(goal.until))
        arxiv, corpus = self.arxiv.between(*days), self.corpus.between(*days)
        about = " ".join(goal.terms) if goal.kind == "paper" else goal.question
        asked = about if goal.language_ok else None
        found = collect(asked, queries, self.settings.source, arxiv, corpus, keep + len(known))
        new = [paper for paper in found.papers if paper.id not in known]
        late = (
            DroppedPaper(paper_id=paper.id, title=paper.title, reason=f"the best {keep} are kept")
            for paper in new[keep:]
        )
        return SearchReport(
            papers=tuple(new[:keep]),
            queries=found.queries,
            dropped=(*found.dropped, *late),
            notices=(
                *_without_model(self.settings),
                *found.notices,
                *(_withheld(paper) for paper in new[:keep] if paper.withheld),
            ),
        )

    @cached_property
    def embedder(self) -> Embedder:
        settings = self.settings
        if embeddings_of(settings) == "offline":
            from sovereign_kernel.embeddings.offline import OfflineEmbedder

            return OfflineEmbedder()
        provider = embeddings_of(settings)
        return _service("embeddings", provider).connect(  # type: ignore[no-any-return]
            settings.embedding_model,
            settings.embedding_url or address_of(provider),
            self._key(provider, "embedding_url"),
            timeout=settings.model_timeout,
            ledger=self.ledger,
            journal=self.journal,
            limiter=_limiter(settings.requests_per_minute),
            clock=self.clock,
            patience=settings.model_patience,
            budget=self._budget,
        )

    @cached_property
    def verifier(self) -> Verifier:
        """The verifier that needs no language model; it uses the owner's NLI model or the bundled one, if any."""
        from sovereign_kernel.verification import KernelVerifier
        from sovereign_kernel.verification.entailment.recorded import RecordedEntailment

        engine = _entailment(self.settings.nli)
        if engine is not None and self.settings.nli is not None:
            engine = RecordedEntailment(engine, self.journal, self.ledger.record)  # nobody else has that model
        return KernelVerifier(entailment=engine, tfidf_threshold=self.settings.tfidf_threshold)

    @cached_property
    def second_opinion(self) -> Verifier | None:
        """The verifier that also asks the language model; None in measured mode."""
        from sovereign_kernel.verification import KernelVerifier
        from sovereign_kernel.verification.entailment import ModelEntailment

        model = self.chat(ENTAILMENT)
        if model is None:
            return None
        return KernelVerifier(entailment=ModelEntailment(model), tfidf_threshold=self.settings.tfidf_threshold)

    def side_by_side(self, work: Callable[[Item], Result], over: Iterable[Item]) -> list[Result]:
        """`work` on each, in one bounded thread pool; results in order. The first error is raised when all have
        ended."""
        with ThreadPoolExecutor(max_workers=self.settings.parallel) as pool:
            futures = [pool.submit(copy_context().run, work, entry) for entry in over]
        return [future.result() for future in futures]

    def uses(self) -> tuple[ModelUse, ...]:
        """What served this toolkit so far, by purpose; the whole run when it has a folder."""
        return tuple(
            ModelUse(purpose=purpose, provider=provider, model=model, usage=usage)
            for (purpose, provider, model), usage in sorted(self.ledger.usage().items())
        )

    def _key(self, provider: str, address: Literal["base_url", "embedding_url"]) -> str | None:
        """The provider's key: for the provider's own host, and for the one that the owner named for that provider."""
        named, owners = getattr(self.settings, address), self.owners or self.settings
        chosen = provider_of(owners) if address == "base_url" else embeddings_of(owners)
        if named is not None and (named != getattr(owners, address) or provider != chosen):
            return None
        return read_key(KEYS[provider])

    def _chat(self, model: str | None) -> StructuredChat:
        from sovereign_kernel.models.chat import StructuredChat

        settings = self.settings
        key, base_url = self._key(self.provider, "base_url"), settings.base_url or address_of(self.provider)
        if key is None and base_url is None:
            raise Refused(
                f"{KEYS[self.provider]} is not set",
                help="set it, name a server of your own with --base-url, or run without a model: --provider none",
            )
        service = _service("models", self.provider)
        model = model or str(service.DEFAULT_MODEL)
        return StructuredChat(
            service.connect(model, base_url, key, timeout=settings.model_timeout, extra_body=settings.extra_body),
            model=model,
            provider=self.provider,
            ledger=self.ledger,
            journal=self.journal,
            limiter=_limiter(settings.requests_per_minute),
            clock=self.clock,
            patience=settings.model_patience,
            max_tokens=settings.max_tokens,
            budget=self._budget,
        )

    @cached_property
    def _deadline(self) -> float | None:
        """On the monotonic clock. The time counts from when this process took the run up."""
        if self.settings.max_seconds is None:
            return None
        taken_up = [event["at"] for event in self.ledger.events() if event.get("status") == "running"]
        began = taken_up[-1] if taken_up else self.began or self.clock.now()
        spent = (datetime.fromisoformat(self.clock.now()) - datetime.fromisoformat(began)).total_seconds()
        return self.clock.monotonic() + self.settings.max_seconds - spent

    @cached_property
    def _budget(self) -> Budget:
        spent = total_usage((*(use.usage for use in self.used), *self.ledger.usage().values()))
        tokens = (
            None
            if spent.prompt_tokens is None or spent.completion_tokens is None
            else spent.prompt_tokens + spent.completion_tokens
        )
        limits = (self.settings.max_calls, self.settings.max_total_tokens, self.settings.max_cost)
        return Budget(*limits, calls=spent.calls, tokens=tokens, cost=spent.cost, time_left=self._time_left)

    def _time_left(self) -> float:
        return math.inf if self._deadline is None else self._deadline - self.clock.monotonic()


def _without_model(settings: Settings) -> tuple[str, ...]:
    """A model was named, and no key says whose it is."""
    if settings.model is None or provider_of(settings) != "none" or settings.provider == "none":
        return ()
    return (
        f"No key is set ({' or '.join(KEYS.values())}), and no server is named: the model {settings.model} was not "
        "asked, and the run went on in measured mode.",
    )


def _withheld(paper: Paper) -> str:
    count = len(paper.withheld)
    return (
        f"{paper.id} holds {count} {'passage that speaks' if count == 1 else 'passages that speak'} to the machine "
        "that reads it. No model saw them and nothing rests on them; draft.json keeps them under `withheld`."
    )


def provider_of(settings: Settings) -> Provider:
    """The provider that `auto` stands for: NIM, then OpenAI, by the key or the address that is set; otherwise none."""
    if settings.provider != "auto":
        return settings.provider
    if has_key(KEYS["nim"]):
        return "nim"
    return "openai" if has_key(KEYS["openai"]) or settings.base_url else "none"


def embeddings_of(settings: Settings) -> Literal["nim", "openai", "offline"]:
    """The embedder that `auto` stands for: NIM when its key is set, otherwise the offline one."""
    if settings.embeddings != "auto":
        return settings.embeddings
    return "nim" if has_key(KEYS["nim"]) else "offline"


def cache_dir(settings: Settings) -> Path:
    from platformdirs import user_cache_path

    return settings.cache_dir or user_cache_path("sovereign-kernel")


@lru_cache(maxsize=8)
def roles_of(owners: Path | None) -> tuple[Role, ...]:
    """The kernel's roles and the owner's."""
    return load_roles([project_root() / "agents", *([owners] if owners else [])])


def cast_of(settings: Settings) -> tuple[Role, ...]:
    """The roles of a run. Raises BadSetting when `role_models` names a model for somebody who is not there."""
    found = roles_of(settings.roles)
    who = [*(role.name for role in found), ENTAILMENT]
    for name in settings.role_models:
        if name not in who:
            near = get_close_matches(name, who, n=1, cutoff=0.5)
            raise BadSetting(
                f"setting 'role_models' names {name!r}, and there is no such role",
                help=f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(who)}",
            )
    return found


@lru_cache(maxsize=2)
def _entailment(nli: str | None) -> EntailmentEngine | None:
    """The owner's NLI model, else the bundled cross-encoder, else none."""
    from sovereign_kernel.verification.entailment import default_engine, nli_engine

    return nli_engine(nli) if nli else default_engine()


@lru_cache(maxsize=8)
def _corpus(path: Path | None, cache: Path) -> CorpusSource:
    from sovereign_kernel.sources.corpus import CorpusSource

    return CorpusSource(path, cache)


@lru_cache(maxsize=8)
def _limiter(per_minute: int) -> RateLimiter:
    return RateLimiter(per_minute, SystemClock())


def _service(kind: Literal["models", "embeddings"], provider: str) -> Any:
    """A provider's module; the HTTP client is loaded only when it asks."""
    return import_module(f"sovereign_kernel.{kind}.{provider}")
