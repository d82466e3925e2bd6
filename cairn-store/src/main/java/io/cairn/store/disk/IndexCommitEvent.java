// SPDX-License-Identifier: Apache-2.0
package io.cairn.store.disk;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** An index is committed; for the JVM's flight recorder. Costs nothing while it is off. */
@Name("io.cairn.IndexCommit")
@Label("Index commit")
@Category("Cairn")
@Description("What was applied is put into the index of a partition and made durable")
@StackTrace(false)
public final class IndexCommitEvent extends Event {
  @Label("Directory")
  public @Nullable String directory;

  @Label("Applied log index")
  public long appliedIndex;
}
