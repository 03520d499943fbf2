from __future__ import annotations

import re
from html import unescape

import pytest


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_is_html_with_a_policy(client, path):
    page = client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    policy = page.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy


@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_needs_no_outside_host_and_all_it_needs_is_there(client, path):
    page = unescape(client.get(path).text)
    wanted = re.findall(r'(?:src|href)="([^"#]+)"', page)
    assert wanted
    for url in wanted:
        assert "//" not in url, url
        if not url.startswith(("?", "mailto:", "data:", "{")):
            answer = client.get(url if url.startswith("/") else f"/{url}", follow_redirects=True)
            assert answer.status_code == 200, url


@pytest.mark.parametrize("path", ["/static/", "/static", "/static/vendor", "/static/../pages.py"])
def test_folders_are_not_listed(client, path):
    assert client.get(path, follow_redirects=True).status_code in (404, 405)


def test_problem_pages_are_safe_and_styled(client):
    page = client.get("/problems/not-found")
    assert "default-src 'self'" in page.headers["content-security-policy"]
    for url in re.findall(r'href="([^"]+)"', page.text):
        assert client.get(url).status_code == 200, url
    strange = client.get("/problems/%3Cscript%3E")
    assert strange.headers["content-type"] == "application/problem+json"
