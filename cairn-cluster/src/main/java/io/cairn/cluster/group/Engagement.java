// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.group;

/**
 * What a node does with other nodes about a group at the moment. It keeps apart what must not
 * happen at once: a node that lets another in does not dissolve its own group meanwhile, and the
 * other way round. Safe for all threads; nothing waits.
 */
final class Engagement {

  private Occupation occupation = Occupation.NONE;
  private int admissions;

  /** What a node can be at. */
  enum Occupation {
    NONE,
    ADMITTING,
    ASKING,
    JOINING
  }

  /** Takes up an occupation, if there is none. */
  synchronized boolean occupy(Occupation with) {
    if (occupation != Occupation.NONE) {
      return false;
    }
    occupation = with;
    return true;
  }

  /** Goes on with something else, unless somebody has intervened. */
  synchronized boolean occupy(Occupation before, Occupation with) {
    if (occupation != before) {
      return false;
    }
    occupation = with;
    return true;
  }

  /**
   * Begins to let another node in, which keeps this one from dissolving its group.
   *
   * @param instead whether to give up a wish of this node that nobody has granted
   */
  synchronized boolean beginAdmission(boolean instead) {
    boolean free =
        occupation == Occupation.NONE
            || occupation == Occupation.ADMITTING
            || (instead && occupation == Occupation.ASKING);
    if (free) {
      occupation = Occupation.ADMITTING;
      admissions++;
    }
    return free;
  }

  synchronized void endAdmission() {
    admissions--;
    if (admissions == 0) {
      occupation = Occupation.NONE;
    }
  }

  synchronized Occupation occupation() {
    return occupation;
  }
}
