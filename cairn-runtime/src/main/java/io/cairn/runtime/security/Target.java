// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.security;

import io.cairn.document.DocumentJson;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription;
import io.cairn.store.index.DocumentVersion;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a request is about: a document as it is, one that is to be, or a link that has none. Roles'
 * queries are put to it as they are to documents.
 *
 * @param link the self link
 * @param kind of the document; null for a link that has none
 * @param content of the document, made if a role asks for more than link and kind
 * @param description of the document's kind; null if that is not known, or there is no document
 * @param isNew whether the document is to be created
 * @param stored the version whose content it is, by which what was decided of it is found again;
 *     null if it is none that is stored
 */
public record Target(
    String link,
    @Nullable String kind,
    Supplier<JsonNode> content,
    @Nullable ServiceDocumentDescription description,
    boolean isNew,
    @Nullable DocumentVersion stored) {

  /** A link that has no document: a service without state, a factory, what the runtime answers. */
  public static Target path(String link) {
    return new Target(link, null, () -> head(link, null), null, false, null);
  }

  /** A document as it is. */
  public static Target document(
      String link,
      @Nullable String kind,
      Supplier<JsonNode> content,
      @Nullable ServiceDocumentDescription description) {
    return new Target(link, kind, content, description, false, null);
  }

  /** A document as a version has it, which is read only if a decision cannot do without. */
  public static Target stored(
      DocumentVersion version, String kind, @Nullable ServiceDocumentDescription description) {
    return new Target(
        version.link(),
        kind,
        () -> DocumentJson.standard().readTree(version.json()),
        description,
        false,
        version);
  }

  /** A document that is to be created. */
  public static Target created(
      String link,
      String kind,
      Supplier<JsonNode> content,
      @Nullable ServiceDocumentDescription description) {
    return new Target(link, kind, content, description, true, null);
  }

  /** Whether there is, or is to be, a document. */
  boolean isDocument() {
    return kind != null;
  }

  /** A document of which no more is known than where and what it is. */
  ObjectNode head() {
    return head(link, kind);
  }

  private static ObjectNode head(String link, @Nullable String kind) {
    ObjectNode head = JsonNodeFactory.instance.objectNode();
    head.put(ServiceDocument.FIELD_NAME_SELF_LINK, link);
    if (kind != null) {
      head.put(ServiceDocument.FIELD_NAME_KIND, kind);
    }
    return head;
  }
}
