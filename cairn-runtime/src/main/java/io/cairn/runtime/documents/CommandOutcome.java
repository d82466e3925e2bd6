// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.documents;

/** What applying a {@link DocumentCommand} did. Every replica reaches the same outcome. */
public sealed interface CommandOutcome {

  /** The command changed the document. */
  record Applied() implements CommandOutcome {}

  /**
   * The command changed nothing, because another version was the latest.
   *
   * @param latestVersion the version found, or {@link DocumentCommand#ABSENT}
   */
  record Conflict(long latestVersion) implements CommandOutcome {}

  /** The one instance of {@link Applied} that is needed. */
  Applied APPLIED = new Applied();
}
