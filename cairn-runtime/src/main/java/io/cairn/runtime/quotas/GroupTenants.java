// SPDX-License-Identifier: Apache-2.0
package io.cairn.runtime.quotas;

import io.cairn.runtime.security.Identities.User;
import io.cairn.runtime.security.Subject;
import io.cairn.runtime.security.accounts.AccountView;
import io.cairn.service.authorization.TenantQuotas;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** The tenants of the group, as their documents say. Thread-safe. */
public final class GroupTenants implements Tenants {

  private final AccountView accounts;
  private final IntSupplier availableNodes;
  private volatile Summary summary = new Summary(-1, Set.of(), false, 1);

  /**
   * What is asked often.
   *
   * @param revision of the accounts that it was made of
   */
  private record Summary(long revision, Set<String> limitedStores, boolean limitRates, int nodes) {}

  /**
   * Reads what is known of accounts.
   *
   * @param availableNodes how many nodes the group has that serve
   */
  public GroupTenants(AccountView accounts, IntSupplier availableNodes) {
    this.accounts = accounts;
    this.availableNodes = availableNodes;
  }

  private Summary summary() {
    Summary present = summary;
    return present.revision() == accounts.revision() ? present : learn();
  }

  /** Looks at all tenants, and at the nodes that are there. */
  private Summary learn() {
    long revision = accounts.revision();
    Set<String> limited = new TreeSet<>();
    boolean rates = false;
    for (String tenant : accounts.tenants()) {
      TenantQuotas quotas = accounts.quotas(tenant);
      if (quotas != null) {
        rates |= quotas.requestsPerSecond != null;
        if (quotas.documents != null || quotas.bytes != null) {
          limited.add(tenant);
        }
      }
    }
    Summary learned =
        new Summary(revision, Set.copyOf(limited), rates, Math.max(1, availableNodes.getAsInt()));
    summary = learned;
    return learned;
  }

  /** Looks whether there are other nodes than before. */
  public void look() {
    var _ = learn();
  }

  @Override
  public @Nullable TenantQuotas quotas(String tenantLink) {
    return accounts.quotas(tenantLink);
  }

  @Override
  public Set<String> limitedStores() {
    return summary().limitedStores();
  }

  @Override
  public boolean limitRates() {
    return summary().limitRates();
  }

  @Override
  public @Nullable String tenantOf(Subject subject) {
    if (subject.tenantLink() != null) {
      return subject.tenantLink();
    }
    User user = accounts.user(subject.link());
    return user == null ? null : user.tenantLink();
  }

  @Override
  public int nodes() {
    return summary.nodes();
  }
}
