// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.lang.reflect.Field;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The state of a service: a document. Authors extend it with public fields; the fields declared
 * here are maintained by the runtime. Not thread-safe: a handler works on a copy of its own.
 */
public class ServiceDocument {
  public static final String FIELD_NAME_SELF_LINK = "documentSelfLink";
  public static final String FIELD_NAME_KIND = "documentKind";
  public static final String FIELD_NAME_VERSION = "documentVersion";
  public static final String FIELD_NAME_EPOCH = "documentEpoch";
  public static final String FIELD_NAME_OWNER = "documentOwner";
  public static final String FIELD_NAME_SIGNATURE = "documentSignature";
  public static final String FIELD_NAME_UPDATE_TIME_MICROS = "documentUpdateTimeMicros";
  public static final String FIELD_NAME_UPDATE_ACTION = "documentUpdateAction";
  public static final String FIELD_NAME_EXPIRATION_TIME_MICROS = "documentExpirationTimeMicros";
  public static final String FIELD_NAME_AUTH_PRINCIPAL_LINK = "documentAuthPrincipalLink";
  public static final String FIELD_NAME_TRANSACTION_ID = "documentTransactionId";
  public static final String FIELD_NAME_SOURCE_LINK = "documentSourceLink";
  public static final String FIELD_NAME_SCHEMA_VERSION = "documentSchemaVersion";
  public static final String FIELD_NAME_SUFFIX_LINK = "Link";
  public static final String FIELD_NAME_SUFFIX_LINKS = "Links";
  public static final String FIELD_NAME_DESCRIPTION = "documentDescription";

  /** The names of all built-in fields. */
  static final Set<String> BUILT_IN_FIELDS =
      DescriptionReflector.publicFields(ServiceDocument.class).stream()
          .map(Field::getName)
          .collect(Collectors.toUnmodifiableSet());

  /** How two versions of a document relate; several may hold at once. */
  public enum DocumentRelationship {
    /** Same version, but different update time or content. */
    IN_CONFLICT,
    /** Same content. */
    EQUAL,
    /** The first has the higher version. */
    NEWER_VERSION,
    /** The first was updated later. */
    NEWER_UPDATE_TIME,
    /** The update times are the same, within the given tolerance. */
    EQUAL_TIME,
    /** The versions are the same. */
    EQUAL_VERSION,
    /** The first is the one to keep: higher epoch, else higher version, else later update. */
    PREFERRED
  }

  /** One usage option of a field. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
  @Repeatable(UsageOptions.class)
  public @interface UsageOption {
    PropertyUsageOption option();
  }

  /** Holds repeated {@link UsageOption}s. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
  public @interface UsageOptions {
    UsageOption[] value();
  }

  /** All options of a field in one annotation. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.FIELD, ElementType.RECORD_COMPONENT})
  public @interface PropertyOptions {
    PropertyUsageOption[] usage() default {};

    PropertyIndexingOption[] indexing() default {};
  }

  /** Indexing and retention of a document class. Sizes are in bytes, retention in versions. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.TYPE)
  public @interface IndexingParameters {
    ServiceDocumentDescription.DocumentIndexingOption[] indexing() default {};

    int serializedStateSize() default ServiceDocumentDescription.DEFAULT_SERIALIZED_STATE_LIMIT;

    long versionRetention() default ServiceDocumentDescription.DEFAULT_VERSION_RETENTION_LIMIT;

    long versionRetentionFloor() default ServiceDocumentDescription.DEFAULT_VERSION_RETENTION_FLOOR;
  }

  /** Text for people, shown in templates and generated API descriptions. */
  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.FIELD, ElementType.TYPE, ElementType.RECORD_COMPONENT})
  public @interface Documentation {
    String name() default "";

    String description() default "";

    String exampleString() default "";
  }

  /** Number of updates since creation; the creation itself is version 0. */
  public long documentVersion;

  /** Raised whenever another node becomes the owner; absent on documents without an owner. */
  public @Nullable Long documentEpoch;

  /** The kind, see {@link DocumentKinds}. */
  public @Nullable String documentKind;

  /** The URI path of the service that owns this document. */
  public @Nullable String documentSelfLink;

  /** Hash of the content, see {@link DocumentSignature}; derived, never taken from a client. */
  public @Nullable String documentSignature;

  /** When this version was made, in microseconds since the Unix epoch. */
  public long documentUpdateTimeMicros;

  /** The HTTP method that made this version: POST, PUT, PATCH or DELETE. */
  public @Nullable String documentUpdateAction;

  /** When the document expires, in microseconds since the Unix epoch; 0 means never. */
  public long documentExpirationTimeMicros;

  /** Id of the node that made this version. */
  public @Nullable String documentOwner;

  /** Link to the document that this one was cloned from. */
  public @Nullable String documentSourceLink;

  /** Link to the user on whose behalf this version was made. */
  public @Nullable String documentAuthPrincipalLink;

  /** Id of the pending transaction that this version belongs to. */
  public @Nullable String documentTransactionId;

  /**
   * The version of the schema that this version was written by; absent where no converter was ever
   * declared, which counts as 0. See {@link io.cairn.document.schema.SchemaUpgrades}.
   */
  public @Nullable Integer documentSchemaVersion;

  /** What the fields mean; present only in templates, never stored. */
  public @Nullable ServiceDocumentDescription documentDescription;

  /** Copies every built-in field except the description to {@code target}. */
  public void copyTo(ServiceDocument target) {
    target.documentVersion = documentVersion;
    target.documentEpoch = documentEpoch;
    target.documentKind = documentKind;
    target.documentSelfLink = documentSelfLink;
    target.documentSignature = documentSignature;
    target.documentUpdateTimeMicros = documentUpdateTimeMicros;
    target.documentUpdateAction = documentUpdateAction;
    target.documentExpirationTimeMicros = documentExpirationTimeMicros;
    target.documentOwner = documentOwner;
    target.documentSourceLink = documentSourceLink;
    target.documentAuthPrincipalLink = documentAuthPrincipalLink;
    target.documentTransactionId = documentTransactionId;
    target.documentSchemaVersion = documentSchemaVersion;
  }

  /** Tells whether {@code document} is a tombstone: the version that a DELETE made. */
  public static boolean isDeleted(@Nullable ServiceDocument document) {
    return document != null && "DELETE".equals(document.documentUpdateAction);
  }

  /** Tells whether {@code name} is one of the fields declared here. */
  public static boolean isBuiltInDocumentField(String name) {
    return name.startsWith("document") && BUILT_IN_FIELDS.contains(name);
  }

  /**
   * Tells whether both have the same content; built-in fields other than the expiration and fields
   * marked {@code EXCLUDE_FROM_SIGNATURE} do not count.
   */
  public static boolean equals(
      ServiceDocumentDescription description, ServiceDocument a, ServiceDocument b) {
    return DocumentContent.sameContent(description, a, b);
  }

  /**
   * Says how {@code a} relates to {@code b}, two versions of one document.
   *
   * @param timeEpsilonMicros update times that differ by no more than this count as equal
   * @throws IllegalArgumentException when the kinds differ
   */
  public static EnumSet<DocumentRelationship> compare(
      ServiceDocument a,
      ServiceDocument b,
      ServiceDocumentDescription description,
      long timeEpsilonMicros) {
    if (!Objects.equals(a.documentKind, b.documentKind)) {
      throw new IllegalArgumentException(
          "Kinds differ: " + a.documentKind + " and " + b.documentKind);
    }
    EnumSet<DocumentRelationship> result = EnumSet.noneOf(DocumentRelationship.class);
    boolean sameTime =
        Math.abs(a.documentUpdateTimeMicros - b.documentUpdateTimeMicros) <= timeEpsilonMicros;
    boolean newerTime = !sameTime && a.documentUpdateTimeMicros > b.documentUpdateTimeMicros;
    boolean sameContent = equals(description, a, b);
    addIf(result, sameTime, DocumentRelationship.EQUAL_TIME);
    addIf(result, newerTime, DocumentRelationship.NEWER_UPDATE_TIME);
    addIf(result, sameContent, DocumentRelationship.EQUAL);
    boolean sameVersion = a.documentVersion == b.documentVersion;
    addIf(result, sameVersion, DocumentRelationship.EQUAL_VERSION);
    addIf(result, a.documentVersion > b.documentVersion, DocumentRelationship.NEWER_VERSION);
    boolean inConflict = sameVersion && (!sameTime || !sameContent);
    addIf(result, inConflict, DocumentRelationship.IN_CONFLICT);
    addIf(result, isPreferred(a, b, newerTime), DocumentRelationship.PREFERRED);
    return result;
  }

  private static boolean isPreferred(ServiceDocument a, ServiceDocument b, boolean newerTime) {
    long epochA = a.documentEpoch == null ? 0 : a.documentEpoch;
    long epochB = b.documentEpoch == null ? 0 : b.documentEpoch;
    if (epochA != epochB) {
      return epochA > epochB;
    }
    if (a.documentVersion != b.documentVersion) {
      return a.documentVersion > b.documentVersion;
    }
    return newerTime;
  }

  private static void addIf(
      EnumSet<DocumentRelationship> set, boolean holds, DocumentRelationship relationship) {
    if (holds) {
      set.add(relationship);
    }
  }
}
