// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** The bytes of HTTP/1.1 requests to the example services. */
public final class Requests {

  /** The path of the factory. */
  public static final String FACTORY = "/core/examples";

  /** The path of the document that everybody reads and changes. */
  public static final String HOT = FACTORY + "/one";

  /** How many values the number has that documents are counted and grouped by. */
  public static final int GROUPS = 20;

  /** How many different words stand in a place of a text. */
  public static final int WORDS = 1_000;

  private static final String QUERIES = "/core/query-tasks";

  private Requests() {}

  /** Reads a target. */
  public static byte[] get(String target) {
    return ("GET " + target + " HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Sends JSON to a target. */
  public static byte[] send(String method, String target, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        (method
                + ' '
                + target
                + " HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n"
                + "content-length: "
                + body.length
                + "\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    byte[] request = new byte[head.length + body.length];
    System.arraycopy(head, 0, request, 0, head.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  /** Creates a document whose name is its number; with a link of its own if one is given. */
  public static byte[] create(long number, String link) {
    return create(ServiceSet.EXAMPLES, number, link);
  }

  static byte[] create(ServiceSet services, long number, String link) {
    String document = document(number, link);
    String text = services == ServiceSet.NOTES ? ",\"text\":\"" + text(number) + "\"}" : "}";
    return send("POST", services.factory(), document.substring(0, document.length() - 1) + text);
  }

  /** A sentence with words that depend on a number; a phrase of it is in each thousandth. */
  public static String text(long number) {
    return "The " + phrase(number) + " and waits for number " + number / WORDS + " to come";
  }

  /** Two words of it. */
  public static String phrase(long number) {
    return "w" + number % WORDS + " lies";
  }

  /** What is sent to create that document. */
  public static String document(long number, String link) {
    String self = link.isEmpty() ? "" : "\"documentSelfLink\":\"" + link + "\",";
    return "{"
        + self
        + "\"name\":\""
        + name(number)
        + "\",\"counter\":"
        + number
        + ",\"sortedCounter\":"
        + number % GROUPS
        + ",\"keyValues\":{\"colour\":\"green\",\"size\":\"large\",\"place\":\"here\"}}";
  }

  /** Changes one field of a document, and another to what it is. */
  public static byte[] patch(String link, long counter) {
    return send("PATCH", link, "{\"counter\":" + counter + ",\"tags\":[]}");
  }

  /**
   * A direct query for all documents of a kind that fulfil a further clause.
   *
   * @param specification options and limits, with a comma behind them; may be empty
   * @param clause JSON; empty for none
   */
  static byte[] query(String kind, String specification, String clause) {
    return send(
        "POST", QUERIES, task("\"taskInfo\":{\"isDirect\":true}", kind, specification, clause));
  }

  /** A query that goes on and tells of each change that it finds; has a link of its own. */
  static byte[] continuous(String kind, String link, String clause) {
    return send(
        "POST",
        QUERIES,
        task(
            "\"documentSelfLink\":\"" + link + "\"",
            kind,
            "\"options\":[\"CONTINUOUS\",\"EXPAND_CONTENT\"],",
            clause));
  }

  /** Ends it. Both systems understand this; Xenon does not know its cancellation of such tasks. */
  static byte[] cancel(String link) {
    return send("DELETE", QUERIES + '/' + link, "{}");
  }

  private static String task(String head, String kind, String specification, String clause) {
    return "{"
        + head
        + ",\"querySpec\":{"
        + specification
        + "\"query\":{\"booleanClauses\":["
        + term("documentKind", "TERM", kind)
        + (clause.isEmpty() ? "" : "," + clause)
        + "]}}}";
  }

  static String term(String property, String type, String value) {
    return "{\"occurance\":\"MUST_OCCUR\",\"term\":{\"propertyName\":\""
        + property
        + "\",\"matchType\":\""
        + type
        + "\",\"matchValue\":\""
        + value
        + "\"}}";
  }

  /** A clause that demands one whole number. */
  static String equal(String property, long value) {
    return "{\"occurance\":\"MUST_OCCUR\",\"term\":{\"propertyName\":\""
        + property
        + "\",\"range\":{\"type\":\"LONG\",\"min\":"
        + value
        + ".0,\"max\":"
        + value
        + ".0,\"isMinInclusive\":true,\"isMaxInclusive\":true}}}";
  }

  /** {@code name-} and six digits, so that a prefix of four digits names 100 documents. */
  public static String name(long number) {
    String digits = Long.toString(number);
    return "name-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }
}
