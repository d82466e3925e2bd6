// SPDX-License-Identifier: Apache-2.0
package io.cairn.service;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.json.JsonMergePatch;
import io.cairn.document.json.JsonPatch;
import io.cairn.document.json.JsonPatch.JsonPatchException;
import io.cairn.service.failure.Refusal;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * Patches of a standard format, JSON Merge Patch (RFC 7396) or JSON Patch (RFC 6902): turned into
 * the whole state that they make, which then goes the way of a PUT. So a service judges a patched
 * state where it judges a replaced one.
 */
final class StatePatch {

  private static final DocumentJson JSON = DocumentJson.standard();

  private StatePatch() {}

  /** Whether the body is a patch of a standard format. */
  static boolean isStandardFormat(Operation patch) {
    return isMergePatch(patch) || isJsonPatch(patch);
  }

  private static boolean isMergePatch(Operation patch) {
    return hasType(patch, Operation.MEDIA_TYPE_APPLICATION_MERGE_PATCH_JSON);
  }

  private static boolean isJsonPatch(Operation patch) {
    return hasType(patch, Operation.MEDIA_TYPE_APPLICATION_JSON_PATCH);
  }

  private static boolean hasType(Operation patch, String type) {
    return patch.getContentType().toLowerCase(Locale.ROOT).startsWith(type);
  }

  /**
   * Makes the whole new state the body of the operation. A body that is no JSON Patch counts as a
   * merge patch.
   *
   * @param state what is patched; not changed
   * @throws IllegalArgumentException if the patch does not fit, or its result is no such state
   * @throws Refusal with 409 if a {@code test} of a JSON Patch finds something else
   */
  static void apply(Operation patch, ServiceDocument state) {
    if (!patch.hasBody()) {
      throw new IllegalArgumentException("body is required");
    }
    JsonNode present = JSON.toTree(state);
    JsonNode change = patch.getBody(JsonNode.class);
    JsonNode next;
    try {
      next =
          isJsonPatch(patch)
              ? JsonPatch.apply(present, change)
              : JsonMergePatch.apply(present, change);
    } catch (JsonPatchException e) {
      if (e.isTestFailed()) {
        throw Refusal.conflict(String.valueOf(e.getMessage()));
      }
      throw e;
    }
    if (!next.isObject()) {
      throw new IllegalArgumentException(
          "A document is an object; the patch makes it something else");
    }
    patch.setContentType(Operation.MEDIA_TYPE_APPLICATION_JSON);
    patch.setBodyNoCloning(JSON.convert(next, state.getClass()));
  }
}
