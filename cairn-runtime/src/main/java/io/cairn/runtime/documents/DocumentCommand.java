// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

import io.cairn.store.index.DocumentVersion;
import java.util.List;

/**
 * One change of one document, as it travels through the log. A command is complete: applying it
 * needs the store that it is applied to and nothing else, so that every replica reaches the same
 * state.
 */
public sealed interface DocumentCommand {

  /** The self link of the document that changes; empty if none does. */
  default String link() {
    return "";
  }

  /** The version that must be the latest when this is applied, {@link #ABSENT} or {@link #ANY}. */
  default long expectedVersion() {
    return ANY;
  }

  /**
   * Writes the next version of a document; a DELETE writes a tombstone version.
   *
   * @param document the complete new version
   * @param expectedVersion the version that must be the latest when this is applied, tombstones
   *     included, or {@link #ABSENT} if there must be none
   * @param expectedTimeMicros when that version was made, because another can have its number;
   *     {@link #ANY} if that does not matter
   */
  record Write(DocumentVersion document, long expectedVersion, long expectedTimeMicros)
      implements DocumentCommand {

    /** A document that follows whatever has the version that is expected, or none. */
    public Write(DocumentVersion document, long expectedVersion) {
      this(document, expectedVersion, ANY);
    }

    /** A document that was made from another version. */
    public static Write after(DocumentVersion base, DocumentVersion document) {
      return new Write(document, base.version(), base.updateTimeMicros());
    }

    @Override
    public String link() {
      return document.link();
    }
  }

  /**
   * Removes a document with all its versions: its time has expired, or a forced create replaces
   * what was deleted before.
   *
   * @param link the document
   * @param expectedVersion the version that must be the latest when this is applied, or {@link
   *     #ANY}
   */
  record Purge(String link, long expectedVersion) implements DocumentCommand {}

  /**
   * A purge followed by a write, in one step: a forced create over a tombstone.
   *
   * @param document the first version of the new life
   * @param expectedVersion the version that must be the latest when this is applied
   */
  record Replace(DocumentVersion document, long expectedVersion) implements DocumentCommand {
    @Override
    public String link() {
      return document.link();
    }
  }

  /**
   * Brings documents of another group into this one, when that group dissolves into it or its
   * backup is restored. Where both have the link, the higher epoch wins, then the higher version,
   * then the later update; the loser is kept as a retained version. Applying it again changes
   * nothing.
   *
   * @param link the document; empty if there may be several, which is for who reads the log: each
   *     version names its own
   * @param versions what the other group retained, of each document oldest first; at least one
   */
  record Merge(String link, List<DocumentVersion> versions) implements DocumentCommand {
    /** Checks that there is something to merge. */
    public Merge {
      versions = List.copyOf(versions);
      if (versions.isEmpty()) {
        throw new IllegalArgumentException("nothing to merge into " + link);
      }
    }
  }

  /**
   * Has each replica sum up its documents as they stand at this place of the log, and verify its
   * files. Changes nothing.
   *
   * @param id by which the digests are asked for
   * @param bytesPerSecond how much each replica reads in a second at most
   */
  record Check(long id, long bytesPerSecond) implements DocumentCommand {}

  /** Tells all replicas what a comparison has come to: one that differs is to be rebuilt. */
  record Verdict(CopyComparison comparison) implements DocumentCommand {}

  /** Expected version of a document that must not exist. */
  long ABSENT = -1;

  /** Expected version that matches whatever is there. */
  long ANY = -2;
}
