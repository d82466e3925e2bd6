// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.json.CanonicalJson;
import io.cairn.document.json.JsonScanner;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The signature of a document's content: 40 hexadecimal digits that are equal exactly when the
 * content is. What the runtime maintains (version, times, owner, links, kind) does not count, nor
 * do fields marked {@code EXCLUDE_FROM_SIGNATURE}; the expiration does. The order of members and
 * white space do not count either.
 *
 * <p>It is the SHA-1 of the canonical JSON. It tells versions apart; it is no protection against
 * someone who makes two contents collide on purpose. Computed in one pass over the bytes, for it
 * runs on every write. Thread-safe.
 */
public final class DocumentSignature {
  private static final List<String> NEVER_SIGNED =
      List.of(
          ServiceDocument.FIELD_NAME_VERSION,
          ServiceDocument.FIELD_NAME_EPOCH,
          ServiceDocument.FIELD_NAME_KIND,
          ServiceDocument.FIELD_NAME_SELF_LINK,
          ServiceDocument.FIELD_NAME_SIGNATURE,
          ServiceDocument.FIELD_NAME_UPDATE_TIME_MICROS,
          ServiceDocument.FIELD_NAME_UPDATE_ACTION,
          ServiceDocument.FIELD_NAME_OWNER,
          ServiceDocument.FIELD_NAME_SOURCE_LINK,
          ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK,
          ServiceDocument.FIELD_NAME_TRANSACTION_ID,
          ServiceDocument.FIELD_NAME_DESCRIPTION);

  /** Never updated, only copied. */
  private static final MessageDigest SHA_1 = findDigest();

  private static final DocumentSignature STANDARD = new DocumentSignature(Set.of());

  private final byte[][] excluded;

  private DocumentSignature(Set<String> alsoExcluded) {
    Set<String> names = new TreeSet<>(NEVER_SIGNED);
    names.addAll(alsoExcluded);
    excluded =
        names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }

  /** Returns the signature function of documents without a description. */
  public static DocumentSignature standard() {
    return STANDARD;
  }

  /** Returns the signature function of the documents that {@code description} describes. */
  public static DocumentSignature of(ServiceDocumentDescription description) {
    Set<String> names = new TreeSet<>();
    for (Map.Entry<String, ServiceDocumentDescription.PropertyDescription> property :
        description.propertyDescriptions.entrySet()) {
      if (property.getValue().has(PropertyIndexingOption.EXCLUDE_FROM_SIGNATURE)) {
        names.add(property.getKey());
      }
    }
    return new DocumentSignature(names);
  }

  /**
   * Signs a document.
   *
   * @param json an object as {@link DocumentJson} writes it
   * @return 40 lower-case hexadecimal digits
   */
  public String sign(byte[] json) {
    try {
      CanonicalJson canonical = new CanonicalJson(json, this::isExcluded);
      canonical.value(JsonScanner.skipBlanks(json, 0), 0);
      MessageDigest digest = newDigest();
      digest.update(canonical.bytes(), 0, canonical.length());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IndexOutOfBoundsException e) {
      throw new MalformedJsonException("the text ends too early");
    }
  }

  /** Signs an object or tree. */
  public String sign(Object document) {
    return sign(DocumentJson.standard().toBytes(document));
  }

  /** A copy is several times cheaper than asking the security providers. */
  private static MessageDigest newDigest() {
    try {
      return (MessageDigest) SHA_1.clone();
    } catch (CloneNotSupportedException e) {
      return findDigest();
    }
  }

  private static MessageDigest findDigest() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-1", e);
    }
  }

  private boolean isExcluded(byte[] json, int start, int end) {
    for (byte[] name : excluded) {
      if (name.length == end - start && Arrays.equals(json, start, end, name, 0, name.length)) {
        return true;
      }
    }
    return false;
  }
}
