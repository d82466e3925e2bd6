// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A command is applied; for the JVM's flight recorder. Costs nothing while it is off. */
@Name("io.cairn.Apply")
@Label("Apply")
@Category("Cairn")
@Description("A state machine takes a committed command, and whoever proposed it is told")
@StackTrace(false)
final class ApplyEvent extends Event {
  @Label("Replica set")
  public @Nullable String replicaSet;

  @Label("Log index")
  public long index;

  @Label("Bytes of the command")
  public int bytes;
}
