// SPDX-License-Identifier: Apache-2.0
package io.cairn.testkit.security;

import io.cairn.document.ServiceDocument;
import io.cairn.service.ServiceHost;
import io.cairn.service.StatefulService;
import io.cairn.service.uri.ServiceUriPaths;
import io.cairn.testkit.HostSetup;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Documents of tenants, of which each node of a group keeps a copy, or one keeps it alone. */
public final class OwnedPages implements HostSetup {

  static final String EVERYWHERE = Everywhere.FACTORY_LINK;
  static final String ONCE = Once.FACTORY_LINK;

  /** The document. */
  public static final class Page extends ServiceDocument {
    public @Nullable Set<String> tenantLinks;
  }

  /** What both have in common. */
  public abstract static class Pages extends StatefulService {
    Pages() {
      super(Page.class);
      toggleOption(ServiceOption.PERSISTENCE, true);
      toggleOption(ServiceOption.REPLICATION, true);
      toggleOption(ServiceOption.OWNER_SELECTION, true);
    }
  }

  /** All nodes keep each. */
  public static final class Everywhere extends Pages {
    public static final String FACTORY_LINK = "/pages";
  }

  /** One node keeps each. */
  public static final class Once extends Pages {
    public static final String FACTORY_LINK = "/pages-once";

    public Once() {
      setPeerNodeSelectorPath(ServiceUriPaths.DEFAULT_1X_NODE_SELECTOR);
    }
  }

  @Override
  public void startServices(ServiceHost host) {
    host.startFactory(new Everywhere());
    host.startFactory(new Once());
  }
}
