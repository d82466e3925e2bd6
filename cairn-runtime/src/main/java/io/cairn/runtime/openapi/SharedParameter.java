// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The parameters that many requests take. */
enum SharedParameter {
  FILTER(
      "query", "$filter", "string", "Which documents, in OData: name eq 'niki' and counter gt 5"),
  ORDER_BY("query", "$orderby", "string", "The order: name asc, counter desc"),
  TOP("query", "$top", "integer", "The first so many only"),
  SKIP("query", "$skip", "integer", "Not the first so many"),
  LIMIT("query", "$limit", "integer", "Pages of so many; the first is in the answer"),
  COUNT("query", "$count", "boolean", "The number alone"),
  SELECT("query", "$select", "string", "Only these fields of the documents, with commas between"),
  APPLY("query", "$apply", "string", "Sums, averages and counts in place of documents"),
  EXPAND("query", "expand", "boolean", "The whole documents beside their links"),
  EXPLAIN("query", "explain", "boolean", "How the query was answered"),
  ALLOW_SCAN(
      "query",
      "allowScan",
      "boolean",
      "Whether patterns that begin with * may look at any number of values"),
  AS_OF(
      "query",
      "asOf",
      "string",
      "As of a time (2026-01-31T12:00:00Z), while versions of that time are kept"),
  CONSISTENCY("query", "consistency", "string", "local reads what the asked node has, however old"),
  IF_MATCH(
      "header",
      "If-Match",
      "string",
      "The entity tag of the version that is to be changed; 412 if it is another by now"),
  IF_NONE_MATCH(
      "header",
      "If-None-Match",
      "string",
      "The entity tag of the version that the client has; 304 if it is still the latest"),
  ID("path", "id", "string", "What follows the link of the collection in the link of the document");

  /** Those of everything that finds documents. */
  static final List<SharedParameter> OF_LISTINGS =
      List.of(
          FILTER,
          ORDER_BY,
          TOP,
          SKIP,
          LIMIT,
          COUNT,
          SELECT,
          APPLY,
          EXPAND,
          EXPLAIN,
          ALLOW_SCAN,
          AS_OF,
          CONSISTENCY);

  private final String place;
  private final String parameter;
  private final String type;
  private final String text;

  SharedParameter(String place, String parameter, String type, String text) {
    this.place = place;
    this.parameter = parameter;
    this.type = type;
    this.text = text;
  }

  /** The parameter, without a reference. */
  ObjectNode describe() {
    ObjectNode node =
        ApiOperation.object()
            .put("name", parameter)
            .put("in", place)
            .put("required", place.equals("path"))
            .put("description", text);
    ObjectNode schema = node.putObject("schema").put("type", type);
    if (this == CONSISTENCY) {
      schema.putArray("enum").add("local");
    } else if (type.equals("integer")) {
      schema.put("format", "int32").put("minimum", this == SKIP ? 0 : 1);
    } else if (this == ID) {
      schema.put("minLength", 1).put("maxLength", 1024);
    }
    return node;
  }

  /** What a reference calls it. */
  String componentName() {
    return parameter.replace("$", "").replace("-", "");
  }
}
