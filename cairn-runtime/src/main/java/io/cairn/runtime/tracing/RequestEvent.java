// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.tracing;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/** A request of a client that this host has answered; for the JVM's flight recorder. */
@Name("io.cairn.Request")
@Label("Request")
@Category("Cairn")
@Description("A request, from its arrival until its answer is given to the connection")
@StackTrace(false)
public final class RequestEvent extends Event {
  @Label("Method")
  public @Nullable String method;

  @Label("Path, without the query")
  public @Nullable String path;

  @Label("Status")
  public int status;

  @Label("Request id")
  public @Nullable String requestId;

  @Label("Trace id")
  public @Nullable String traceId;
}
