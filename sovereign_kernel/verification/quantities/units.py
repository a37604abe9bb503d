"""Units of scientific text: what each measures, and how many of its dimension's own unit it is. Pure; a table.

A table of our own: pint knows more units, and needs a millisecond a quantity where a claim has a few in all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unit:
    """`factor` times the dimension's own unit; `loose` is how far conversions of it differ (a kilobyte is 1000 or 1024
    bytes, a month 28 to 31 days), as a share."""

    name: str
    dimension: str
    factor: float
    loose: float = 0.0


NO_UNIT = Unit("", "", 1.0)
PERCENT = Unit("%", "share", 0.01)
POINTS = Unit("points", "points", 0.01)
TIMES = Unit("times", "ratio", 1.0)
ORDERS = Unit("orders", "orders", 1.0)

_DAY = 86_400.0
_PLAIN: tuple[tuple[str, str, float, str], ...] = (
    ("s", "time", 1.0, "s sec secs second seconds"),
    ("ms", "time", 1e-3, "ms msec msecs millisecond milliseconds"),
    ("us", "time", 1e-6, "us µs microsecond microseconds"),
    ("ns", "time", 1e-9, "ns nanosecond nanoseconds"),
    ("min", "time", 60.0, "min mins minute minutes"),
    ("h", "time", 3600.0, "h hr hrs hour hours"),
    ("d", "time", _DAY, "d day days"),
    ("wk", "time", 7 * _DAY, "wk wks week weeks"),
    ("mo", "time", 30.4375 * _DAY, "mo month months"),
    ("yr", "time", 365.25 * _DAY, "yr yrs year years"),
    ("decade", "time", 3652.5 * _DAY, "decade decades"),
    ("m", "length", 1.0, "m meter meters metre metres"),
    ("km", "length", 1e3, "km kilometer kilometers kilometre kilometres"),
    ("cm", "length", 1e-2, "cm centimeter centimeters centimetre centimetres"),
    ("mm", "length", 1e-3, "mm millimeter millimeters millimetre millimetres"),
    ("um", "length", 1e-6, "um µm micron microns micrometer micrometers micrometre micrometres"),
    ("nm", "length", 1e-9, "nm nanometer nanometers nanometre nanometres"),
    ("mile", "length", 1609.344, "mile miles mi"),
    ("m2", "area", 1.0, "m2 sqm"),
    ("km2", "area", 1e6, "km2"),
    ("cm2", "area", 1e-4, "cm2"),
    ("mm2", "area", 1e-6, "mm2"),
    ("ha", "area", 1e4, "ha hectare hectares"),
    ("m3", "volume", 1e3, "m3"),
    ("l", "volume", 1.0, "l liter liters litre litres"),
    ("ml", "volume", 1e-3, "ml milliliter milliliters millilitre millilitres cm3"),
    ("ul", "volume", 1e-6, "ul µl microliter microliters"),
    ("dl", "volume", 0.1, "dl"),
    ("g", "mass", 1.0, "g gram grams"),
    ("kg", "mass", 1e3, "kg kgs kilogram kilograms kilo kilos"),
    ("mg", "mass", 1e-3, "mg milligram milligrams"),
    ("ug", "mass", 1e-6, "ug µg mcg microgram micrograms"),
    ("ng", "mass", 1e-9, "ng nanogram nanograms"),
    ("t", "mass", 1e6, "tonne tonnes ton tons"),
    ("bits", "bits", 1.0, "bit bits"),
    ("bytes", "bytes", 1.0, "byte bytes"),
    ("degrees", "angle", 1.0, "degree degrees ° deg"),
    ("celsius", "celsius", 1.0, "°c ℃ celsius"),
    ("fahrenheit", "fahrenheit", 1.0, "°f fahrenheit"),
    ("kelvin", "kelvin", 1.0, "kelvin kelvins"),
    ("db", "decibel", 1.0, "db decibel decibels"),
    ("usd", "usd", 1.0, "dollar dollars usd"),
    ("eur", "eur", 1.0, "euro euros eur €"),
    ("gbp", "gbp", 1.0, "pounds gbp £"),
    ("cents", "usd", 0.01, "cents"),
    ("fps", "frames/time", 1.0, "fps"),
    ("rpm", "turns/time", 1.0, "rpm"),
    ("times", "ratio", 1.0, "x × times fold folds"),
    ("%", "share", 0.01, "% percent percents pct percentage"),
    ("permille", "share", 0.001, "‰ permille"),
    ("points", "points", 0.01, "point points pp pps pts ppt"),
    ("bp", "points", 0.0001, "bps"),
    ("orders", "orders", 1.0, "orders-of-magnitude"),
    ("ppm", "ppm", 1.0, "ppm"),
)  # fmt: skip
# Symbols that take prefixes: name, dimension, long form, prefixes allowed.
_PREFIXED: tuple[tuple[str, str, str, str], ...] = (
    ("Hz", "frequency", "hertz", "m k M G T"),
    ("W", "power", "watt", "n µ m k M G T"),
    ("Wh", "energy", "watt-hour", "m k M G T"),
    ("J", "joule", "joule", "n µ m k M G"),
    ("eV", "ev", "electronvolt", "m k M G T"),
    ("V", "voltage", "volt", "n µ m k M"),
    ("A", "current", "amp", "n µ m k"),
    ("Pa", "pressure", "pascal", "h k M G"),
    ("mol", "amount", "mole", "n µ m k"),
    ("B", "bytes", "byte", "k K M G T P E"),
    ("bit", "bits", "bit", "k K M G T"),
    ("bps", "bits/time", "bps", "k K M G T"),
    ("FLOP", "flop", "flop", "M G T P E Z"),
    ("FLOPs", "flop", "flops", "M G T P E Z"),
    ("FLOPS", "flop", "flops", "M G T P E Z"),
    ("OPS", "operations", "ops", "M G T"),
    ("cal", "calorie", "calorie", "k"),
    ("Bq", "becquerel", "becquerel", "k M G"),
    ("Gy", "gray", "gray", "m c"),
    ("pc", "parsec", "parsec", "k M G"),
)
_FACTORS = {"n": 1e-9, "µ": 1e-6, "m": 1e-3, "c": 1e-2, "h": 1e2, "k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12,
            "P": 1e15, "E": 1e18, "Z": 1e21}  # fmt: skip
_LONG = {"n": "nano", "µ": "micro", "m": "milli", "k": "kilo", "M": "mega", "G": "giga", "T": "tera", "P": "peta",
         "E": "exa"}  # fmt: skip
_LOOSE = {"mo": 0.04, "yr": 0.04, "decade": 0.04}
_BARE = {"Hz", "W", "Wh", "J", "eV", "V", "Pa", "FLOPs", "FLOPS", "FLOP", "mol", "cal", "Bq", "Gy", "pc", "bps"}


def unit_of(word: str) -> Unit | None:
    """The unit that a word or symbol means ("GB", "milliseconds", "tokens/s"); None for any other word."""
    found = _EXACT.get(word) or _FOLDED.get(word.lower())
    if found is None and "/" in word:
        over, _, under = word.partition("/")
        return _per(over, under)
    return found


def _per(over: str, under: str) -> Unit | None:
    """ "GB/s", "tokens/s", "mg/kg", "km/h"."""
    below = unit_of(under)
    if below is None or not below.dimension:
        return None
    above = unit_of(over)
    if above is None:
        counted = over.lower().rstrip("s")
        return Unit(f"{counted}/{below.name}", f"{counted}/{below.dimension}", 1 / below.factor)
    return Unit(
        f"{above.name}/{below.name}", f"{above.dimension}/{below.dimension}", above.factor / below.factor, above.loose
    )


def _tables() -> tuple[dict[str, Unit], dict[str, Unit]]:
    exact: dict[str, Unit] = {}
    folded: dict[str, Unit] = {}
    for name, dimension, factor, words in _PLAIN:
        for word in words.split():
            folded[word] = Unit(name, dimension, factor, _LOOSE.get(name, 0.0))
    for symbol, dimension, long, prefixes in _PREFIXED:
        if symbol in _BARE:
            exact[symbol] = Unit(symbol, dimension, 1.0)
            folded.setdefault(symbol.lower(), exact[symbol])
            for form in (long, f"{long}s"):
                folded.setdefault(form, exact[symbol])
        for prefix in prefixes.split():
            loose = 0.025 if dimension == "bytes" and prefix in "kK" else 0.1 if dimension == "bytes" else 0.0
            power = {"k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5, "E": 6}.get(prefix, 1)
            loose = 1.024**power - 1.0 + 1e-9 if dimension == "bytes" else loose
            name = f"{prefix.upper() if dimension == 'bytes' else prefix}{symbol}"
            unit = Unit(name, dimension, _FACTORS[prefix], loose)
            forms = [f"{prefix}{symbol}"]
            if symbol == "B":
                forms.append(f"{prefix}iB")
            if symbol == "bit":
                forms.append(f"{prefix}b")
            for form in forms:
                exact[form] = unit
                # Where capitals tell two prefixes apart (mW and MW), only the exact form is read.
                if prefix not in "mM" or "m" not in prefixes.split() or "M" not in prefixes.split():
                    folded.setdefault(form.lower(), unit)
            if prefix in _LONG:
                for form in (f"{_LONG[prefix]}{long}", f"{_LONG[prefix]}{long}s"):
                    folded[form.lower()] = unit
    return exact, folded


_EXACT, _FOLDED = _tables()
