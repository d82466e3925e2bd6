// SPDX-License-Identifier: Apache-2.0
package io.cairn.benchmarks.load;

import java.nio.charset.StandardCharsets;

/** The bytes of HTTP/1.1 requests to the example services. */
public final class Requests {

  /** The path of the factory. */
  public static final String FACTORY = "/core/examples";

  /** The path of the document that everybody reads and changes. */
  public static final String HOT = FACTORY + "/one";

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
    return send("POST", FACTORY, document(number, link));
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
        + ",\"keyValues\":{\"colour\":\"green\",\"size\":\"large\",\"place\":\"here\"}}";
  }

  /** Changes one field of a document, and another to what it is. */
  public static byte[] patch(String link, long counter) {
    return send("PATCH", link, "{\"counter\":" + counter + ",\"tags\":[]}");
  }

  /** A direct query for documents whose name matches. */
  public static byte[] query(String match, String value, boolean expand) {
    String options = expand ? "\"options\":[\"EXPAND_CONTENT\"]," : "";
    return send(
        "POST",
        "/core/query-tasks",
        "{\"taskInfo\":{\"isDirect\":true},\"querySpec\":{"
            + options
            + "\"query\":{\"booleanClauses\":["
            + term(
                "documentKind",
                "TERM",
                "com:vmware:xenon:services:common:ExampleService:ExampleServiceState")
            + ','
            + term("name", match, value)
            + "]}}}");
  }

  private static String term(String property, String type, String value) {
    return "{\"occurance\":\"MUST_OCCUR\",\"term\":{\"propertyName\":\""
        + property
        + "\",\"matchType\":\""
        + type
        + "\",\"matchValue\":\""
        + value
        + "\"}}";
  }

  /** {@code name-} and six digits, so that a prefix of four digits names 100 documents. */
  public static String name(long number) {
    String digits = Long.toString(number);
    return "name-" + "0".repeat(Math.max(0, 6 - digits.length())) + digits;
  }
}
