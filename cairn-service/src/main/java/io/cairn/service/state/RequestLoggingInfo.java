// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.state;

import io.cairn.document.DocumentKind;

/** Whether a host logs the requests that it gets, and which of them. */
@DocumentKind("com:vmware:xenon:common:ServiceHost:RequestLoggingInfo")
public class RequestLoggingInfo {
  public boolean enabled;

  /** Means nothing: nodes do not gossip by requests. */
  public boolean skipGossipRequests = true;

  /** Means nothing: copies are not kept equal by requests. */
  public boolean skipSynchronizationRequests = true;

  /** Whether those are left out that another node has handed on. */
  public boolean skipForwardingRequests = true;
}
