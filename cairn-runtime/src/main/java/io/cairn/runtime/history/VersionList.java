// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.history;

import io.cairn.document.DocumentJson;
import io.cairn.document.NearestName;
import io.cairn.document.ServiceDocument;
import io.cairn.runtime.history.FieldChanges.FieldChange;
import io.cairn.store.index.DocumentVersion;
import io.cairn.store.index.RetainedVersions;
import io.cairn.store.index.RetainedVersions.Rank;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

  private static final Pattern RANK =
      Pattern.compile("([0-9]{1,18})\\.([0-9]{1,18})\\.([0-9]{1,18})");

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
   * Which versions a request wants.
   *
   * @param limit how many at most
   * @param older whether a version is beyond where the page begins
   */
  public record Page(int limit, Predicate<Rank> older) {
    /**
     * Reads the parameters of a request.
     *
     * @throws IllegalArgumentException if one makes no sense
     */
    public static Page of(Map<String, String> query) {
      requireKnown(query.keySet());
      String limit = query.get(LIMIT);
      String before = query.get(BEFORE);
      return new Page(
          limit == null ? DEFAULT_LIMIT : (int) number(LIMIT, limit, MAX_LIMIT),
          before == null ? _ -> true : olderThan(before));
    }

    /** A version number, as people write it, or a rank, as pages name their last version. */
    private static Predicate<Rank> olderThan(String text) {
      Matcher rank = RANK.matcher(text);
      if (!rank.matches()) {
        long version = number(BEFORE, text, Long.MAX_VALUE);
        return each -> each.version() < version;
      }
      Rank last =
          new Rank(
              Long.parseLong(rank.group(1)),
              Long.parseLong(rank.group(2)),
              Long.parseLong(rank.group(3)));
      return each -> each.compareTo(last) < 0;
    }
  }

  /**
   * Lists versions, of which two at a time are in memory.
   *
   * @param latest the version to list where none is retained
   * @param present shows a version in the present form of its class
   */
  public static VersionList of(
      RetainedVersions retained,
      DocumentVersion latest,
      Page page,
      UnaryOperator<DocumentVersion> present)
      throws IOException {
    RetainedVersions.Found found = retained.newest(page.limit() + 1, page.older());
    Rank oldest = found.oldest();
    Rank newest = found.latest();
    if (oldest == null || newest == null) {
      return of(latest, page, present);
    }
    List<RetainedVersions.Head> heads = found.newest();
    List<VersionEntry> entries = new ArrayList<>();
    DocumentVersion version = heads.isEmpty() ? null : retained.read(heads.getFirst());
    long bytes = 0;
    while (version != null && entries.size() < page.limit() && bytes < MAX_BYTES) {
      int next = entries.size() + 1;
      DocumentVersion before = next < heads.size() ? retained.read(heads.get(next)) : null;
      entries.add(entry(before, version, present));
      bytes += version.json().length;
      version = before;
    }
    Rank last = version == null ? null : heads.get(entries.size() - 1).rank();
    return new VersionList(
        latest.link(),
        oldest.version(),
        newest.version(),
        found.count(),
        entries,
        last == null
            ? null
            : "%s/versions?%s=%d&%s=%d.%d.%d"
                .formatted(
                    latest.link(),
                    LIMIT,
                    page.limit(),
                    BEFORE,
                    last.epoch(),
                    last.version(),
                    last.updateTimeMicros()));
  }

  /** Lists the only version that is kept. */
  public static VersionList of(
      DocumentVersion only, Page page, UnaryOperator<DocumentVersion> present) {
    List<VersionEntry> entries =
        page.older().test(Rank.of(only)) ? List.of(entry(null, only, present)) : List.of();
    return new VersionList(only.link(), only.version(), only.version(), 1, entries, null);
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

  private static long number(String name, String text, long most) {
    long least = name.equals(LIMIT) ? 1 : 0;
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
