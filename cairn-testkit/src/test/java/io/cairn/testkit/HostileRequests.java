// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Makes requests that no honest client sends, the same ones from the same seed. */
final class HostileRequests {

  /**
   * One attempt.
   *
   * @param bytes what goes over the wire
   * @param complete whether this is a whole HTTP request, which must be answered
   */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Attempt(byte[] bytes, boolean complete) {
    @Override
    public String toString() {
      String text = new String(bytes, StandardCharsets.ISO_8859_1);
      return text.length() > 600 ? text.substring(0, 600) + "... " + text.length() : text;
    }
  }

  // A DELETE of a factory stops it, which is no attack; those of absent documents are harmless.
  private static final List<String> METHODS =
      List.of("GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "TRACE", "PROPFIND");
  private static final List<String> WRITES = List.of("POST", "PUT", "PATCH");

  private static final List<String> PLACES =
      List.of(
          EveryFieldService.FACTORY_LINK,
          EveryFieldService.FACTORY_LINK + "/one",
          LedgerService.FACTORY_LINK,
          LedgerService.FACTORY_LINK + "/one",
          EveryFieldService.FACTORY_LINK + "/absent",
          "/core/query-tasks",
          "/core/odata-queries",
          "/core/node-groups/default",
          "/core/node-selectors/default",
          "/core/cluster",
          "/core/cluster/events",
          "/core/health/ready",
          "/core/attributes",
          "/core/attributes/s",
          "/core/attributes/s/a",
          "/core/authz/users",
          "/core/graph-queries",
          "/core",
          "/");

  private static final List<String> SUFFIXES =
      List.of(
          "",
          "/stats",
          "/config",
          "/subscriptions",
          "/template",
          "/available",
          "/ui",
          "/synchronization",
          "/stats/x",
          "/config/config");

  private static final List<String> PATH_PARTS =
      List.of(
          "/../",
          "/..",
          "/./",
          "//",
          "/%2e%2e/",
          "/%2e%2e%2f",
          "%2f",
          "%5c..%5c",
          "%00",
          "%",
          "%zz",
          "%c0%ae%c0%ae/",
          "%ff%fe",
          "\\..\\",
          ";a=b",
          "*",
          "{id}",
          "/../../../etc/passwd",
          "%0d%0aX:%20y",
          "+",
          "~",
          "@",
          ":",
          "::",
          "&",
          "='\"",
          "<script>",
          "%e2%80%ae");

  private static final List<String> NAMES =
      List.of(
          "documentVersion",
          "$limit",
          "$top",
          "$skip",
          "$filter",
          "$orderby",
          "$count",
          "expand",
          "$expand",
          "$skipto",
          "$tenantLinks",
          "peer",
          "path",
          "consistency",
          "lineCount",
          "%00",
          "");

  private static final List<String> PARAMETERS =
      List.of(
          "-1",
          "NaN",
          "1e99",
          "0",
          "99999999999999999999",
          "true",
          "'",
          "((((((((",
          "a%20eq%20",
          "name%20eq%20'x",
          "%00",
          "%ff",
          "%",
          "not",
          "a%20eq%20b%20and",
          "*",
          "-0",
          "0x10",
          "Infinity",
          "name%20desc,,",
          "documentSelfLink%20asc%20asc",
          "count%20gt%20NaN");

  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "-1",
          "1.5",
          "1e400",
          "-1e400",
          "1e-400",
          "9223372036854775808",
          "1e999999999",
          "1e2147483647",
          "\"x\"",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "[]",
          "{}",
          "[[]]",
          "{\"a\":{}}",
          "[1,\"a\",null,{}]",
          "NaN",
          "Infinity",
          "-",
          "0x10",
          "tru",
          "'x'",
          "\"/a/../b\"",
          "\"*\"",
          "\"http://[::1\"",
          "{\"name\":[],\"size\":\"x\"}",
          "\"2020-99-99T99:99:99Z\"",
          "{\"\":\"\"}",
          "\"com:vmware:xenon:nothing\"");

  private static final List<String> HEADERS =
      List.of(
          "Pragma: xn-rpl",
          "Pragma: xn-synch-owner;xn-synch-peer",
          "Pragma: xn-fwd",
          "Pragma: xn-created",
          "Pragma: xn-state-not-modified",
          "Pragma: xn-post-to-put",
          "Pragma: xn-from-migration",
          "Pragma: XN-RPL",
          "Pragma: xn-no-index-update",
          "Pragma: xn-force-index-update",
          "Pragma: xn-check-version",
          "Pragma: xn-nt",
          "Pragma: ;;;,,,",
          "X-Xenon-Rpl-Phase: commit",
          "X-Xenon-Rpl-Quorum: -7",
          "X-Xenon-Tx-Id: /../x",
          "If-Match: \"",
          "If-None-Match: W/\"\\\"",
          "Authorization: Basic ####",
          "Authorization: Bearer a.b.c",
          "Cookie: =;=;;",
          "X-Xenon-Auth-Token: x",
          "Accept: application/nothing",
          "Accept: text/event-stream",
          "Accept-Encoding: br;q=NaN",
          "Content-Encoding: gzip",
          "Content-Encoding: nonsense",
          "Content-Range: bytes 9-1/0",
          "Range: bytes=-1",
          "Referer: %%%",
          "Expect: nonsense",
          "X-Xenon-Ctx-Id: \u0001",
          "Accept-Language: x;q=9,,",
          "Origin: null",
          "X: ");

  private static final List<String> TYPES =
      List.of(
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "application/json",
          "text/plain",
          "application/xml",
          "application/octet-stream",
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/json;charset=utf-16",
          "application/x-www-form-urlencoded",
          "a/b/c",
          "",
          "multipart/form-data",
          "application/kryo-octet-stream");

  private final Random random;

  HostileRequests(long seed) {
    this.random = new Random(seed);
  }

  Attempt next() {
    return switch (random.nextInt(20)) {
      case 9 ->
          request(
              "DELETE",
              EveryFieldService.FACTORY_LINK + "/absent" + pick(SUFFIXES) + "?" + query(),
              wrongBody(),
              pick(TYPES));
      case 0 -> noise();
      case 1 -> new Attempt(bytes(RawAttacks.pick(random)), false);
      case 2, 3 -> request(pick(METHODS), oddPath(), "", "application/json");
      case 4 -> request("GET", pick(PLACES) + "?" + query(), "", "application/json");
      case 5 -> cut(request(pick(WRITES), pick(PLACES), wrongBody(), pick(TYPES)));
      default ->
          request(
              pick(WRITES),
              pick(PLACES) + pick(SUFFIXES) + (random.nextInt(6) == 0 ? "?" + query() : ""),
              wrongBody(),
              pick(TYPES));
    };
  }

  private <T> T pick(List<T> from) {
    return from.get(random.nextInt(from.size()));
  }

  private Attempt noise() {
    byte[] noise = new byte[1 + random.nextInt(random.nextBoolean() ? 40 : 3_000)];
    random.nextBytes(noise);
    return new Attempt(noise, false);
  }

  private Attempt cut(Attempt whole) {
    int length = random.nextInt(whole.bytes().length);
    return new Attempt(java.util.Arrays.copyOf(whole.bytes(), length), false);
  }

  private String oddPath() {
    StringBuilder path = new StringBuilder(pick(PLACES));
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at = random.nextInt(path.length()) + 1;
      path.insert(at, random.nextInt(20) == 0 ? "a".repeat(3_000) : pick(PATH_PARTS));
    }
    return path + pick(SUFFIXES);
  }

  private String query() {
    StringBuilder query = new StringBuilder();
    for (int i = random.nextInt(3); i >= 0; i--) {
      query.append(pick(NAMES)).append('=').append(pick(PARAMETERS)).append('&');
    }
    return query.toString();
  }

  private String wrongBody() {
    return switch (random.nextInt(12)) {
      case 0 -> "[".repeat(1 + random.nextInt(50_000));
      case 1 -> "{\"a\":".repeat(1 + random.nextInt(20_000));
      case 2 -> "{\"part\":" + "{\"parts\":[".repeat(400) + "]}".repeat(400) + "}";
      case 3 -> "{\"" + pick(EveryFieldService.FIELDS) + "\":" + "9".repeat(5_000) + "}";
      case 4 -> "{\"text\":\"\u00ff\u00fe\u00c3(\"}";
      case 5 -> pick(VALUES);
      case 6 -> "{\"taskInfo\":" + pick(VALUES) + ",\"querySpec\":" + querySpecification() + "}";
      case 7 -> "";
      default -> {
        StringBuilder body = new StringBuilder("{");
        for (int i = random.nextInt(3); i >= 0; i--) {
          body.append('"')
              .append(pick(EveryFieldService.FIELDS))
              .append("\":")
              .append(pick(VALUES));
          body.append(i == 0 ? "" : ",");
        }
        yield body.append(random.nextInt(10) == 0 ? "" : "}").toString();
      }
    };
  }

  private String querySpecification() {
    return "{\"query\":{\"term\":{\"propertyName\":%s,\"matchValue\":%s},\"booleanClauses\":%s},\"options\":%s,\"resultLimit\":%s}"
        .formatted(pick(VALUES), pick(VALUES), pick(VALUES), pick(VALUES), pick(VALUES));
  }

  private Attempt request(String method, String path, String body, String type) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: localhost\r\n");
    head.append("Connection: close\r\nContent-Length: ").append(body.length()).append("\r\n");
    head.append("Content-Type: ").append(type).append("\r\n");
    for (int i = random.nextInt(3); i > 0; i--) {
      head.append(pick(HEADERS)).append("\r\n");
    }
    return new Attempt(bytes(head + "\r\n" + body), true);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
