// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import io.cairn.cluster.simulation.WatchedFiles;
import java.util.List;

/** Writes down when an fsync begins and when it has ended. */
record DiskEvents(List<String> events) implements WatchedFiles.Watcher {

  @Override
  public void before(String operation) {
    if (operation.equals("force")) {
      events.add("fsync begins");
    }
  }

  @Override
  public void forced() {
    events.add("fsync has ended");
  }
}
