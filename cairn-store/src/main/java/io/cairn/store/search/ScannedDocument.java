// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.search;

import java.util.List;

/** A document that a scan stands on. For the thread that scans, while it stands there. */
public interface ScannedDocument {

  /**
   * The values of a property: numbers first, each kind in ascending order. Of texts, and of numbers
   * that are compared exactly, equal ones of one document are one.
   *
   * @param property its place among those that were asked for
   * @return empty if it has none; {@link GroupValue#owned} values can be kept
   */
  List<GroupValue> values(int property);
}
