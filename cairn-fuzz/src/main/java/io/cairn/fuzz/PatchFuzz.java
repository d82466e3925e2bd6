// SPDX-License-Identifier: Apache-2.0
package io.cairn.fuzz;

import static io.cairn.fuzz.Findings.check;
import static io.cairn.fuzz.Findings.checkMessage;

import io.cairn.document.DocumentJson;
import io.cairn.document.json.JsonMergePatch;
import io.cairn.document.json.JsonPatch;
import io.cairn.document.json.JsonPatch.JsonPatchException;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** A patch changes a copy, and is refused or gives JSON. */
public final class PatchFuzz {
  private static final DocumentJson JSON = DocumentJson.standard();

  private PatchFuzz() {}

  /** Tries one input: a line that holds a document, and a patch. */
  public static void fuzzerTestOneInput(byte[] data) {
    String[] lines = new String(data, StandardCharsets.UTF_8).split("\n", 2);
    if (lines.length < 2) {
      return;
    }
    JsonNode document;
    JsonNode patch;
    try {
      document = JSON.readTree(lines[0]);
      patch = JSON.readTree(lines[1]);
    } catch (MalformedJsonException refusal) {
      return;
    }
    String before = JSON.toJson(document);
    merge(document, patch);
    try {
      readable(JsonPatch.apply(document, patch), data);
    } catch (JsonPatchException refusal) {
      checkMessage(refusal, data);
    }
    check(before.equals(JSON.toJson(document)), () -> before + " was changed by " + lines[1]);
  }

  private static void merge(JsonNode document, JsonNode patch) {
    JsonNode once = JsonMergePatch.apply(document, patch);
    String written = JSON.toJson(once);
    check(
        written.equals(JSON.toJson(JsonMergePatch.apply(once, patch))),
        () -> "merging twice makes a difference to " + written);
  }

  private static void readable(JsonNode result, byte[] data) {
    String written = JSON.toJson(result);
    try {
      String again = JSON.toJson(JSON.readTree(written));
      check(again.equals(written), () -> written + " is read as " + again);
    } catch (MalformedJsonException tooDeep) {
      checkMessage(tooDeep, data); // the host refuses what cannot be read again
    }
  }
}
