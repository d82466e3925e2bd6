// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.watch;

import io.cairn.document.ServiceDocument;
import io.cairn.service.StatefulService;

/** Documents that live in memory only. */
public final class VolatileService extends StatefulService {

  public static final String FACTORY_LINK = "/test/volatile";

  /** The document. */
  public static final class VolatileState extends ServiceDocument {}

  /** Made by the runtime. */
  public VolatileService() {
    super(VolatileState.class);
  }
}
