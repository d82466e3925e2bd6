// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.check;
import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.document.DocumentEnvelope;
import io.cairn.document.DocumentFields;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON is read as it is written, or refused; the built-in fields of a document are found in it. */
public final class JsonFuzz {
  private static final DocumentJson JSON = DocumentJson.standard();

  private JsonFuzz() {}

  /** Tries one input: the body of a request. */
  public static void fuzzerTestOneInput(byte[] data) {
    JsonNode tree;
    try {
      tree = JSON.readTree(data);
    } catch (MalformedJsonException refusal) {
      checkMessage(refusal, data);
      return;
    }
    String written = JSON.toJson(tree);
    String again = JSON.toJson(JSON.readTree(written));
    check(again.equals(written), () -> written + " is read as " + again);
    if (tree instanceof ObjectNode document) {
      envelope(document, written.getBytes(StandardCharsets.UTF_8), data);
    }
    typed(data);
  }

  private static void envelope(ObjectNode document, byte[] json, byte[] data) {
    DocumentFields fields;
    try {
      fields = DocumentEnvelope.read(json);
    } catch (MalformedJsonException refusal) {
      checkMessage(refusal, data);
      return;
    }
    byte[] spliced = DocumentEnvelope.splice(json, fields);
    check(
        fields.equals(DocumentEnvelope.read(spliced)),
        () -> fields + " are lost in " + text(spliced));
    byte[] content = DocumentEnvelope.strip(json);
    check(
        text(content).equals(text(DocumentEnvelope.strip(spliced))),
        () -> text(content) + " is lost in " + text(spliced));
    ObjectNode expected = document.deepCopy();
    document.propertyNames().stream()
        .filter(ServiceDocument::isBuiltInDocumentField)
        .forEach(expected::remove);
    check(
        JSON.toJson(expected).equals(text(content)),
        () -> text(content) + " is left of " + text(json));
  }

  private static void typed(byte[] data) {
    Sample sample;
    try {
      sample = JSON.fromJson(data, Sample.class);
    } catch (MalformedJsonException refusal) {
      checkMessage(refusal, data);
      return;
    }
    String written = JSON.toJson(sample);
    String again = JSON.toJson(JSON.fromJson(written, Sample.class));
    check(again.equals(written), () -> written + " is read as " + again);
  }

  private static String text(byte[] json) {
    return new String(json, StandardCharsets.UTF_8);
  }
}
