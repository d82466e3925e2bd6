// SPDX-License-Identifier: Apache-2.0
package io.cairn.document;

import io.cairn.document.ServiceDocumentDescription.PropertyIndexingOption;
import io.cairn.document.json.CanonicalJson;
import io.cairn.document.json.MalformedJsonException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

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
  /** How many characters a signature has. */
  public static final int LENGTH = 40;

  /** Those that nobody uses at the moment; further ones are made and forgotten. */
  private static final AtomicReferenceArray<@Nullable Signer> IDLE = new AtomicReferenceArray<>(8);

  private static final DocumentSignature STANDARD = new DocumentSignature(Set.of());

  private final byte[][] excluded;

  private DocumentSignature(Set<String> alsoExcluded) {
    Set<String> names = new TreeSet<>(ServiceDocument.BUILT_IN_FIELDS);
    names.remove(ServiceDocument.FIELD_NAME_EXPIRATION_TIME_MICROS);
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
   * @param json an object as {@link DocumentJson} writes it; what follows it is not looked at
   * @return 40 lower-case hexadecimal digits
   */
  public String sign(byte[] json) {
    Signer signer = take();
    try {
      return signer.sign(json, this::isExcluded);
    } catch (IndexOutOfBoundsException e) {
      throw new MalformedJsonException("the text ends too early");
    } finally {
      giveBack(signer);
    }
  }

  /** Signs an object or tree. */
  public String sign(Object document) {
    return sign(DocumentJson.standard().toBytes(document));
  }

  private static Signer take() {
    for (int i = 0; i < IDLE.length(); i++) {
      Signer idle = IDLE.getPlain(i) == null ? null : IDLE.getAndSet(i, null);
      if (idle != null) {
        return idle;
      }
    }
    return new Signer();
  }

  private static void giveBack(Signer signer) {
    for (int i = 0; signer.isSmall() && i < IDLE.length(); i++) {
      if (IDLE.getPlain(i) == null && IDLE.compareAndSet(i, null, signer)) {
        return;
      }
    }
  }

  /** Signs one document after the other, with the same buffers and digest. Not thread-safe. */
  private static final class Signer {
    /** Larger buffers are not worth the memory that they would hold. */
    private static final int LARGEST = 64 << 10;

    private final CanonicalJson canonical = new CanonicalJson();
    private final MessageDigest digest = newDigest();

    String sign(byte[] json, CanonicalJson.Exclusion excluded) {
      canonical.copy(json, excluded);
      digest.update(canonical.bytes(), 0, canonical.length());
      return HexFormat.of().formatHex(digest.digest());
    }

    boolean isSmall() {
      return canonical.bytes().length <= LARGEST;
    }

    private static MessageDigest newDigest() {
      try {
        return MessageDigest.getInstance("SHA-1");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java platform has SHA-1", e);
      }
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
