// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.openapi;

import io.cairn.document.ServiceDocument;

/** What the fields are that every document has, in words for clients. */
final class BuiltInTexts {
  private BuiltInTexts() {}

  static String of(String field) {
    return switch (field) {
      case ServiceDocument.FIELD_NAME_VERSION ->
          "The number of updates since the document was made. In an update: the version that it is"
              + " meant for, where the service asks for it";
      case ServiceDocument.FIELD_NAME_EPOCH -> "Raised whenever another node becomes the owner";
      case ServiceDocument.FIELD_NAME_KIND -> "What kind of document it is";
      case ServiceDocument.FIELD_NAME_SELF_LINK ->
          "The link of the document. When one is made: its last segment, or the whole";
      case ServiceDocument.FIELD_NAME_SIGNATURE -> "A hash of the content";
      case ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS ->
          "When this version was made, in microseconds since 1970";
      case ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS ->
          "When the document expires, in microseconds since 1970; 0 means never";
      case ServiceDocument.FIELD_NAME_OWNER -> "The node that made this version";
      case ServiceDocument.FIELD_NAME_SOURCE_LINK -> "The document that this one was copied from";
      case ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK ->
          "The user on whose behalf this version was made";
      case ServiceDocument.FIELD_NAME_TRANSACTION_ID ->
          "The pending transaction that this version belongs to";
      case ServiceDocument.FIELD_NAME_SCHEMA_VERSION ->
          "The version of the schema that this version was written by";
      default -> "Kept by the host";
    };
  }
}
