"""Briefings: what is recorded of one node, with its sources, on about two pages.

A briefing is data first (:mod:`coopgraph.briefing.report`), then Markdown, HTML or a Word document.
"""
