// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import io.cairn.document.DocumentJson;
import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.history.FieldChanges.FieldChange;
import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The answer to a GET of {@code <link>/versions}: the versions of a document that are retained, the
 * newest first.
 *
 * @param documentLink the document
 * @param oldestVersion the lowest version that is retained; above 0 if earlier ones were dropped
 * @param latestVersion the present version, a deletion included
 * @param retainedCount how many versions are retained
 * @param versions those of this page
 * @param nextPageLink where older ones are; null if these are the last
 */
public record VersionList(
    String documentLink,
    long oldestVersion,
    long latestVersion,
    long retainedCount,
    List<VersionEntry> versions,
    @Nullable String nextPageLink) {

  /** The parameter that says how many versions a page has. */
  public static final String LIMIT = "$limit";

  /** The parameter that a page begins below: a version. */
  public static final String BEFORE = "before";

  private static final int DEFAULT_LIMIT = 20;
  private static final int MAX_LIMIT = 1_000;

  /** A page ends when its versions weigh so much, whatever its limit. */
  private static final long MAX_BYTES = 4 << 20;

  /**
   * One version.
   *
   * @param documentVersion its number
   * @param documentUpdateAction what made it: {@code POST}, {@code PUT}, {@code PATCH}, or {@code
   *     DELETE} for a deletion
   * @param documentUpdateTimeMicros when it was made, in microseconds since 1970
   * @param time the same as text
   * @param documentOwner the node that made it
   * @param documentAuthPrincipalLink on whose behalf; null if the host does not know its users
   * @param changes what it changed; null if the version before it is not retained any more
   * @param moreChanges true if there are more changes than those
   */
  public record VersionEntry(
      long documentVersion,
      String documentUpdateAction,
      long documentUpdateTimeMicros,
      String time,
      @Nullable String documentOwner,
      @Nullable String documentAuthPrincipalLink,
      @Nullable List<FieldChange> changes,
      @Nullable Boolean moreChanges) {}

  /**
   * Lists versions.
   *
   * @param retained all that are retained, oldest first; at least one
   * @param query the parameters of the request
   * @param present shows a version in the present form of its class
   * @throws IllegalArgumentException if a parameter makes no sense
   */
  public static VersionList of(
      List<DocumentVersion> retained,
      Map<String, String> query,
      UnaryOperator<DocumentVersion> present) {
    requireKnown(query.keySet());
    int limit = (int) number(query, LIMIT, 1, MAX_LIMIT, DEFAULT_LIMIT);
    long before = number(query, BEFORE, 0, Long.MAX_VALUE, Long.MAX_VALUE);
    int at = retained.size() - 1;
    while (at >= 0 && retained.get(at).version() >= before) {
      at--;
    }
    String link = retained.getFirst().link();
    List<VersionEntry> entries = new ArrayList<>();
    long bytes = 0;
    while (at >= 0 && entries.size() < limit && bytes < MAX_BYTES) {
      DocumentVersion version = retained.get(at);
      entries.add(entry(at == 0 ? null : retained.get(at - 1), version, present));
      bytes += version.json().length;
      at--;
    }
    return new VersionList(
        link,
        retained.getFirst().version(),
        retained.getLast().version(),
        retained.size(),
        entries,
        at < 0
            ? null
            : "%s/versions?%s=%d&%s=%d"
                .formatted(link, LIMIT, limit, BEFORE, retained.get(at + 1).version()));
  }

  private static VersionEntry entry(
      @Nullable DocumentVersion before,
      DocumentVersion version,
      UnaryOperator<DocumentVersion> present) {
    JsonNode tree = tree(version, present);
    FieldChanges changes = null;
    if (version.isTombstone()) {
      changes = FieldChanges.between(null, null);
    } else if (before != null) {
      changes = FieldChanges.between(before.isTombstone() ? null : tree(before, present), tree);
    } else if (version.version() == 0) {
      changes = FieldChanges.between(null, tree);
    }
    return new VersionEntry(
        version.version(),
        version.action(),
        version.updateTimeMicros(),
        HistoryPoint.shown(version.updateTimeMicros()),
        tree.path(ServiceDocument.FIELD_NAME_OWNER).asString(null),
        tree.path(ServiceDocument.FIELD_NAME_AUTH_PRINCIPAL_LINK).asString(null),
        changes == null ? null : changes.named(),
        (changes != null && changes.isCut()) ? true : null);
  }

  private static JsonNode tree(DocumentVersion version, UnaryOperator<DocumentVersion> present) {
    return DocumentJson.standard().readTree(present.apply(version).json());
  }

  private static void requireKnown(Set<String> names) {
    Set<String> known = Set.of(LIMIT, BEFORE);
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            "unknown query parameter: "
                + name
                + NearestName.of(known.stream().sorted(), name)
                    .map(near -> "; did you mean " + near + "?")
                    .orElse(""));
      }
    }
  }

  private static long number(
      Map<String, String> query, String name, long least, long most, long otherwise) {
    String text = query.get(name);
    if (text == null) {
      return otherwise;
    }
    try {
      long value = Long.parseLong(text.strip());
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Answered below, like a number out of range.
    }
    throw new IllegalArgumentException(
        "%s must be a whole number from %d to %d, not '%s'".formatted(name, least, most, text));
  }
}
