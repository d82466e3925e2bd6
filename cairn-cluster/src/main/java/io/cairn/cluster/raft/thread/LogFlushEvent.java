// SPDX-License-Identifier: Apache-2.0
package io.cairn.cluster.raft.thread;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A wait for the disk of the log; for the JVM's flight recorder. Costs nothing while it is off. */
@Name("io.cairn.LogFlush")
@Label("Log flush")
@Category("Cairn")
@Description("What the replica sets of a shard have written in a turn is written and fsynced")
@StackTrace(false)
final class LogFlushEvent extends Event {}
