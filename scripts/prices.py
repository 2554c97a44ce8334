#!/usr/bin/env python3
"""Writes the public price table from the one that the Langfuse project publishes under the MIT licence.

    scripts/prices.py ../shared/data/prices/langfuse-default-model-prices.json \\
        > crates/intake/prices/public.tsv

Takes facts alone: which model names, since when known there, and what a million tokens cost. Left out are
models whose price depends on what the tokens stand for (audio), and conditions that telemetry does not name.
"""

import json
import re
import sys

SOURCE = "default-model-prices.json of github.com/langfuse/langfuse at 62751446149b"
LICENCE = "MIT, Copyright (c) 2023-2026 ClickHouse, Inc."
INPUT = ("input", "total", "input_tokens")
CACHED = ("input_cache_read", "input_cached_tokens", "cache_read_input_tokens")
CACHE_WRITE = ("input_cache_creation", "cache_creation_input_tokens", "cache_write_tokens")
OUTPUT = ("output", "total", "output_tokens")
REASONING = ("output_reasoning", "output_reasoning_tokens")


def per_million(prices, names):
    price = next((prices[name] for name in names if name in prices), None)
    return "" if price is None else f"{price * 1e6:.6f}".rstrip("0").rstrip(".")


def conditions(tier):
    """Service tiers and the least input, or None if another condition decides."""
    tiers, over = "", ""
    for condition in tier["conditions"]:
        if condition.get("key") == "service_tier" and condition["operator"] == "in":
            tiers = ",".join(condition["values"])
        elif "input" in condition.get("usageDetailPattern", "") and condition["operator"] == "gt":
            over = str(int(condition["value"]))
        else:
            return None
    return tiers, over


def rows(model):
    pattern = re.sub(r"\\/", "/", model["matchPattern"])
    for tier in model["pricingTiers"]:
        said = conditions(tier)
        price_in = per_million(tier["prices"], INPUT)
        price_out = per_million(tier["prices"], OUTPUT)
        if said is None or not price_in or not price_out:
            continue
        reasoning = per_million(tier["prices"], REASONING)
        yield "\t".join((
            pattern, model["createdAt"][:10], *said, price_in,
            per_million(tier["prices"], CACHED), per_million(tier["prices"], CACHE_WRITE),
            price_out, "" if reasoning == price_out else reasoning,
        ))


def main():
    models = json.load(open(sys.argv[1], encoding="utf-8"))
    date = max(model["updatedAt"] for model in models)[:10]
    print("# What models cost, in USD for a million tokens. Written by scripts/prices.py, not by hand.")
    print(f"# Source: {SOURCE}")
    print(f"# Licence: {LICENCE}")
    print("# A line without `tiers` and `over` holds unless another line of the model fits better.")
    print(f"version\tpublic@{date}")
    print("currency\tUSD")
    print("model\tsince\ttiers\tover\tinput\tcached\tcache_write\toutput\treasoning")
    for line in sorted({row for model in models for row in rows(model)}):
        print(line)


main()
