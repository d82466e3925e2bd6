// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import org.jspecify.annotations.Nullable;

/**
 * The built-in fields of a document, apart from its content. The names are those of {@link
 * ServiceDocument} without "document"; times are microseconds since the Unix epoch.
 */
public record DocumentFields(
    long version,
    @Nullable Long epoch,
    @Nullable String kind,
    @Nullable String selfLink,
    @Nullable String signature,
    long updateTimeMicros,
    @Nullable String updateAction,
    long expirationTimeMicros,
    @Nullable String owner,
    @Nullable String sourceLink,
    @Nullable String authPrincipalLink,
    @Nullable String transactionId) {

  /** Returns the fields of a document. */
  public static DocumentFields of(ServiceDocument document) {
    return new DocumentFields(
        document.documentVersion,
        document.documentEpoch,
        document.documentKind,
        document.documentSelfLink,
        document.documentSignature,
        document.documentUpdateTimeMicros,
        document.documentUpdateAction,
        document.documentExpirationTimeMicros,
        document.documentOwner,
        document.documentSourceLink,
        document.documentAuthPrincipalLink,
        document.documentTransactionId);
  }

  /** Returns the fields as a document without content, for example to change some of them. */
  public ServiceDocument toDocument() {
    ServiceDocument document = new ServiceDocument();
    applyTo(document);
    return document;
  }

  /** Sets the fields of {@code document}. */
  public void applyTo(ServiceDocument document) {
    document.documentVersion = version;
    document.documentEpoch = epoch;
    document.documentKind = kind;
    document.documentSelfLink = selfLink;
    document.documentSignature = signature;
    document.documentUpdateTimeMicros = updateTimeMicros;
    document.documentUpdateAction = updateAction;
    document.documentExpirationTimeMicros = expirationTimeMicros;
    document.documentOwner = owner;
    document.documentSourceLink = sourceLink;
    document.documentAuthPrincipalLink = authPrincipalLink;
    document.documentTransactionId = transactionId;
  }

  /** Tells whether the version is a tombstone. */
  public boolean isDeleted() {
    return "DELETE".equals(updateAction);
  }
}
