// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UriUtilsTest {
  private static final URI HOST = URI.create("http://127.0.0.1:8000");

  @ParameterizedTest
  @CsvSource({
    "a, /a",
    "/a, /a",
    "/a/, /a",
    "a/b/, /a/b",
    "/, /",
    "//a//, /a",
    "'', /",
    "/a/b, /a/b"
  })
  void normalPathsHaveOneLeadingSlashAndNoTrailingOne(String path, String normal) {
    assertThat(UriUtils.normalizeUriPath(path)).isEqualTo(normal);
  }

  @Test
  void absentPathIsTheRoot() {
    assertThat(UriUtils.normalizeUriPath(null)).isEqualTo("/");
  }

  @Test
  void pathIsBuiltFromSegmentsHoweverTheyBringTheirSlashes() {
    assertThat(UriUtils.buildUriPath("a", "/b", "c/", "/d/")).isEqualTo("/a/b/c/d");
    assertThat(UriUtils.buildUriPath("/core/examples", "one")).isEqualTo("/core/examples/one");
    assertThat(UriUtils.buildUriPath("", "/", "a")).isEqualTo("/a");
    assertThat(UriUtils.buildUriPath()).isEqualTo("/");
  }

  @Test
  void uriIsBuiltFromAHostAndALink() {
    assertThat(UriUtils.buildUri(HOST, "/core/examples"))
        .hasToString("http://127.0.0.1:8000/core/examples");
    assertThat(UriUtils.buildUri(HOST, "core", "examples", "one"))
        .hasToString("http://127.0.0.1:8000/core/examples/one");
    assertThat(UriUtils.buildUri(HOST, "/a?x=1&y=%26"))
        .hasToString("http://127.0.0.1:8000/a?x=1&y=%26");
    assertThat(UriUtils.buildUri(HOST, "")).hasToString("http://127.0.0.1:8000");
  }

  @Test
  void illegalCharactersAreEscapedAndEscapesAreKept() {
    assertThat(UriUtils.buildUri(HOST, "/a b/ü")).hasToString(HOST + "/a%20b/%C3%BC");
    assertThat(UriUtils.buildUri(HOST, "/a%20b")).hasToString(HOST + "/a%20b");
    assertThat(UriUtils.buildUri(HOST, "/100%")).hasToString(HOST + "/100%25");
    assertThat(UriUtils.buildUri(HOST, "/a?q=\"x\"")).hasToString(HOST + "/a?q=%22x%22");
  }

  @Test
  void dotSegmentsCannotLeaveThePath() {
    assertThat(UriUtils.buildUri(HOST, "/a/../b").getPath()).isEqualTo("/b");
    assertThat(UriUtils.buildUri(HOST, "/a/./b").getPath()).isEqualTo("/a/b");
    assertThat(UriUtils.buildUri(HOST, "/a/v1.2").getPath()).isEqualTo("/a/v1.2");
  }

  @Test
  void uriIsBuiltFromItsParts() {
    assertThat(UriUtils.buildUri("https", "h", 443, "a", "x=1")).hasToString("https://h:443/a?x=1");
    assertThat(UriUtils.buildUri("http", "h", -1, "/a", null)).hasToString("http://h/a");
    assertThat(UriUtils.buildUri("http", "h", 1, "/a", null, "user"))
        .hasToString("http://user@h:1/a");
    assertThat(UriUtils.buildUri("not a uri")).isNull();
    assertThat(UriUtils.buildUri("http://h/a")).isEqualTo(URI.create("http://h/a"));
  }

  @Test
  void extendingAUriAddsToItsPathAndKeepsItsQuery() {
    assertThat(UriUtils.extendUri(URI.create("http://h:1/a?x=1"), "b"))
        .hasToString("http://h:1/a/b?x=1");
    assertThat(UriUtils.extendUri(URI.create("http://h:1/a/"), "/b/c"))
        .hasToString("http://h:1/a/b/c");
    assertThat(UriUtils.extendUri(URI.create("http://h:1/a"), "b?y=2"))
        .hasToString("http://h:1/a/b?y=2");
    assertThat(UriUtils.extendUri(URI.create("http://h:1"), "b")).hasToString("http://h:1/b");
  }

  @Test
  void extendingAQueryKeepsWhatIsThere() {
    URI uri = UriUtils.extendUriWithQuery(URI.create("http://h/a?x=%26"), "y", "a&b=c d");

    assertThat(uri).hasToString("http://h/a?x=%26&y=a%26b%3Dc%20d");
    assertThat(UriUtils.parseUriQueryParams(uri)).isEqualTo(Map.of("x", "&", "y", "a&b=c d"));
    assertThatIllegalArgumentException().isThrownBy(() -> UriUtils.extendUriWithQuery(uri, "odd"));
  }

  @Test
  void queryParametersAreSplitBeforeTheyAreDecoded() {
    Map<String, String> params =
        UriUtils.parseUriQueryParams(URI.create("http://h/?a=1&b=x%26y&flag&c=&a=2&d=p=q&%24e=5"));

    assertThat(params)
        .containsExactly(
            Map.entry("a", "2"),
            Map.entry("b", "x&y"),
            Map.entry("flag", ""),
            Map.entry("c", ""),
            Map.entry("d", "p=q"),
            Map.entry("$e", "5"));
    assertThat(UriUtils.parseUriQueryParams(URI.create("http://h/a"))).isEmpty();
    assertThat(UriUtils.parseUriQueryParams("a=100%")).isEqualTo(Map.of("a", "100%"));
  }

  @Test
  void pathTemplateNamesItsVariables() {
    URI uri = URI.create("http://h/vms/7/disks/a");

    assertThat(UriUtils.parseUriPathSegments(uri, "/vms/{id}/disks/{disk}"))
        .containsExactly(Map.entry("id", "7"), Map.entry("disk", "a"));
    assertThat(UriUtils.parseUriPathSegments(uri, "/vms/{id}")).isEqualTo(Map.of("id", "7"));
    assertThat(UriUtils.parseUriPathSegments(uri, "/vms/{id}/disks/{disk}/{more}")).hasSize(2);
    assertThat(UriUtils.parseUriPathSegments(uri, "/no/variables")).isEmpty();
    assertThat(UriUtils.parseUriPathSegments(uri, null)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/a/7, /a/{id}, true",
    "/a/7/b, /a/{id}, false",
    "/b/7, /a/{id}, false",
    "/a/7/b/8, /a/{x}/b/{y}, true"
  })
  void templateMatchesPathsOfItsShape(String path, String template, boolean matches) {
    assertThat(UriUtils.matchesTemplate(path, template)).isEqualTo(matches);
  }

  @Test
  void lastSegmentAndParentDivideALink() {
    assertThat(UriUtils.getLastPathSegment("/core/examples/one")).isEqualTo("one");
    assertThat(UriUtils.getLastPathSegment(URI.create("http://h/a/b?x=/c"))).isEqualTo("b");
    assertThat(UriUtils.getLastPathSegment("/a/")).isEmpty();
    assertThat(UriUtils.getLastPathSegment("one")).isEqualTo("one");
    assertThat(UriUtils.getParentPath("/core/examples/one")).isEqualTo("/core/examples");
    assertThat(UriUtils.getParentPath("/core/examples/")).isEqualTo("/core");
    assertThat(UriUtils.getParentPath("/one")).isNull();
    assertThat(UriUtils.getParentPath("/")).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "/a/b, /a, true",
    "/a/b/c, /a, true",
    "/ab, /a, false",
    "/a, /a, false",
    "/a/, /a, false",
    "/a/b, /a/, true",
    "/a/, /a/, false",
    "/b, /a, false"
  })
  void childPathsAreBelowTheirParent(String link, String parent, boolean isChild) {
    assertThat(UriUtils.isChildPath(link, parent)).isEqualTo(isChild);
  }

  @Test
  void nothingIsAChildOfNothing() {
    assertThat(UriUtils.isChildPath(null, "/a")).isFalse();
    assertThat(UriUtils.isChildPath("/a", null)).isFalse();
  }

  @Test
  void linkIsConvertedToOneSegment() {
    assertThat(UriUtils.convertPathCharsFromLink("/a/b")).isEqualTo("a-b");
    assertThat(UriUtils.convertPathCharsFromLink("a/b/")).isEqualTo("a-b");
    assertThat(UriUtils.convertPathCharsFromLink(null)).isNull();
  }

  @Test
  void expansionIsRecognizedInBothSpellings() {
    assertThat(UriUtils.hasODataExpandParamValue(URI.create("http://h/f?expand"))).isTrue();
    assertThat(UriUtils.hasODataExpandParamValue(URI.create("http://h/f?$expand=x"))).isTrue();
    assertThat(UriUtils.hasODataExpandParamValue(URI.create("http://h/f?a=expand"))).isFalse();
    URI expanded = UriUtils.buildExpandLinksQueryUri(URI.create("http://h/f?a=1"));
    assertThat(expanded).hasToString("http://h/f?a=1&$expand=documentLinks");
    assertThat(UriUtils.getODataExpandParamValue(expanded)).isEqualTo("documentLinks");
  }

  @Test
  void numbersInQueriesAreChecked() {
    assertThat(UriUtils.getODataTopParamValue(URI.create("http://h/?$top=5"))).isEqualTo(5);
    assertThat(UriUtils.getODataSkipParamValue(URI.create("http://h/"))).isNull();
    assertThat(UriUtils.getODataCountParamValue(URI.create("http://h/?$count=true"))).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> UriUtils.getODataLimitParamValue(URI.create("http://h/?$limit=many")))
        .withMessageContaining("$limit");
  }

  @Test
  void forwardingUrisCarryTargetPathAndQuery() {
    URI target = URI.create("http://h:1/core/examples?$filter=name eq 'a'".replace(" ", "%20"));

    URI toOwner = UriUtils.buildForwardRequestUri(target, "key", "/core/node-selectors/default");
    assertThat(toOwner.getPath()).isEqualTo("/core/node-selectors/default/forwarding");
    assertThat(UriUtils.parseUriQueryParams(toOwner))
        .containsEntry("path", "/core/examples")
        .containsEntry("key", "key")
        .containsEntry("target", "KEY_HASH")
        .containsEntry("query", "$filter=name%20eq%20'a'");

    URI toPeer = UriUtils.buildForwardToPeerUri(target, "node-2", "/core/node-selectors/default");
    assertThat(UriUtils.parseUriQueryParams(toPeer))
        .containsEntry("peer", "node-2")
        .containsEntry("target", "PEER_ID");
    URI toAll = UriUtils.buildBroadcastRequestUri(target, "/core/node-selectors/default");
    assertThat(UriUtils.parseUriQueryParams(toAll)).containsEntry("target", "ALL");
  }

  @ParameterizedTest
  @ValueSource(strings = {"one", "/one", "1212:red::123", "/f/one", "a-b_c.d~e", "a@b!$&'()+,;="})
  void documentIdsOfLegalCharactersAreValid(String link) {
    assertThat(UriUtils.isValidDocumentId(link, "/f")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a/b",
        "/f/a/b",
        "{{}}",
        "a b",
        "ü",
        "a%20b",
        "a\\b",
        "a\nb",
        "a*",
        "a?b",
        "a#b",
        "[a]",
        ".",
        "..",
        "stats",
        "/f/config",
        "/core/x/y"
      })
  void otherDocumentIdsAreInvalid(String link) {
    assertThat(UriUtils.isValidDocumentId(link, "/f")).isFalse();
  }

  @Test
  void hostsAreTheSameWithAndWithoutTheirDefaultPort() {
    assertThat(UriUtils.isSameHost(URI.create("http://H/a"), URI.create("http://h:80"))).isTrue();
    assertThat(UriUtils.isSameHost(URI.create("http://h:1"), URI.create("http://h:2"))).isFalse();
    assertThat(UriUtils.isHostUri(URI.create("http://h:1/"))).isTrue();
    assertThat(UriUtils.isHostUri(URI.create("http://h:1/a"))).isFalse();
  }

  @Test
  void utilityUrisExtendTheService() {
    URI service = URI.create("http://h:1/a");
    assertThat(UriUtils.buildStatsUri(service)).hasToString("http://h:1/a/stats");
    assertThat(UriUtils.buildConfigUri(service)).hasToString("http://h:1/a/config");
    assertThat(UriUtils.buildSubscriptionUri(service)).hasToString("http://h:1/a/subscriptions");
    assertThat(UriUtils.buildAvailableUri(service)).hasToString("http://h:1/a/available");
  }
}
