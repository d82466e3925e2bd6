// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a request is about: a document as it is, or a link that has none. Roles' queries are put to
 * it as they are to documents.
 *
 * @param link the self link
 * @param content of the document, made when it is needed; for a link without document, one with a
 *     self link only
 * @param description of the document's kind; null if that is not known, or there is no document
 */
public record Target(
    String link, Supplier<JsonNode> content, @Nullable ServiceDocumentDescription description) {

  /** A link that has no document: a service without state, a factory, what the runtime answers. */
  public static Target path(String link) {
    return new Target(
        link,
        () -> JsonNodeFactory.instance.objectNode().put(ServiceDocument.FIELD_NAME_SELF_LINK, link),
        null);
  }
}
