// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** A query or listing that this host has answered; for the JVM's flight recorder. */
@Name("io.cairn.Query")
@Label("Query")
@Category("Cairn")
@Description("A query or listing, from its turn on until its answer is put together")
@StackTrace(false)
public final class QueryEvent extends Event {
  @Label("Documents found")
  public long documents;
}
