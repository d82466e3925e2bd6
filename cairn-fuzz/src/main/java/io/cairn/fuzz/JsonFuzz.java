// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.check;
import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.document.DocumentEnvelope;
import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON is read as it is written, or refused; the built-in fields of a document are found in it. */
public final class JsonFuzz {
  private static final String OWNER = "another \"owner\"";
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
    byte[] changed;
    try {
      changed = DocumentEnvelope.withOwner(json, OWNER);
    } catch (MalformedJsonException refusal) {
      checkMessage(refusal, data);
      return;
    }
    ObjectNode expected = document.deepCopy();
    if (expected.has(ServiceDocument.FIELD_NAME_OWNER)) {
      expected.put(ServiceDocument.FIELD_NAME_OWNER, OWNER);
    }
    check(
        JSON.toJson(expected).equals(text(changed)),
        () -> text(changed) + " is made of " + text(json));
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
