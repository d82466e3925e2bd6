// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.index;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One version of one document, as the log carries it.
 *
 * <p>The array is shared, not copied: nobody may write to it. Equality compares its content.
 *
 * @param link the document's self link
 * @param kind the document's kind, or null when it has none
 * @param version the document version, from 0
 * @param epoch the owner's epoch
 * @param updateTimeMicros when the version was made, microseconds since 1970
 * @param action the action that made it: {@code POST}, {@code PUT}, {@code PATCH}, {@code DELETE}
 * @param expirationMicros when the document vanishes, microseconds since 1970; 0 means never
 * @param json the whole document as UTF-8 JSON, document fields included
 */
@SuppressWarnings("ArrayRecordComponent")
public record DocumentVersion(
    String link,
    @Nullable String kind,
    long version,
    long epoch,
    long updateTimeMicros,
    String action,
    long expirationMicros,
    byte[] json) {

  /**
   * Begins the links of what is stored, copied and backed up like all documents, and shown to
   * nobody: no search finds it.
   */
  public static final String HIDDEN_LINKS = "/core/secrets/";

  /** The action of a tombstone. */
  public static final String DELETE = "DELETE";

  /** Checks that nothing required is missing. */
  public DocumentVersion {
    Objects.requireNonNull(link, "link");
    Objects.requireNonNull(action, "action");
    Objects.requireNonNull(json, "json");
  }

  /** Whether this version says that the document was deleted. */
  public boolean isTombstone() {
    return DELETE.equals(action);
  }

  /** Whether a link is one of {@link #HIDDEN_LINKS}. */
  public static boolean isHidden(String link) {
    return link.startsWith(HIDDEN_LINKS);
  }

  /** Whether the document has expired at the given time. */
  public boolean isExpiredAt(long nowMicros) {
    return expirationMicros > 0 && expirationMicros <= nowMicros;
  }

  /** The same version with other bytes; for showing it in another form, never for storing it. */
  public DocumentVersion withJson(byte[] other) {
    return new DocumentVersion(
        link, kind, version, epoch, updateTimeMicros, action, expirationMicros, other);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || (other instanceof DocumentVersion that
            && version == that.version
            && epoch == that.epoch
            && updateTimeMicros == that.updateTimeMicros
            && expirationMicros == that.expirationMicros
            && link.equals(that.link)
            && Objects.equals(kind, that.kind)
            && action.equals(that.action)
            && Arrays.equals(json, that.json));
  }

  @Override
  public int hashCode() {
    return Objects.hash(link, version, updateTimeMicros);
  }

  /** What this version weighs in memory, in bytes, roughly. */
  public int weight() {
    return json.length + 2 * link.length() + 160;
  }
}
