// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.backup;

import io.cairn.store.index.DocumentVersion;
import java.util.ArrayList;
import java.util.List;

/**
 * Documents as they were at a moment, as far as the versions that are kept tell. Used by one
 * thread.
 *
 * @param micros the moment; 0 for no other than that of the backup
 * @param inexact told of a document whose versions of that moment are not kept any more: the oldest
 *     that is kept stands for them
 */
record PointInTime(long micros, java.util.function.Consumer<String> inexact) {

  /** What is restored of a document's versions, oldest first; nothing if it was not there yet. */
  List<DocumentVersion> of(List<DocumentVersion> versions) {
    if (micros == 0) {
      return versions;
    }
    List<DocumentVersion> then = new ArrayList<>();
    for (DocumentVersion version : versions) {
      if (version.updateTimeMicros() <= micros) {
        then.add(version);
      }
    }
    DocumentVersion oldest = versions.getFirst();
    if (then.isEmpty() && oldest.version() > 0) {
      inexact.accept(oldest.link());
      then.add(oldest);
    }
    return then;
  }
}
