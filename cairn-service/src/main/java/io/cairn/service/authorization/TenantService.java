// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.Operation;
import io.cairn.service.routes.DocumentRoutes;
import io.cairn.service.routes.Route;
import io.cairn.service.uri.ServiceUriPaths;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A tenant: documents that name its link in their tenantLinks are its. */
public class TenantService extends AuthorizationDocument<TenantService.TenantState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_TENANTS;

  private static final DocumentRoutes<TenantState> ROUTES =
      DocumentRoutes.of(
          Route.get("/usage")
              .of(TenantState.class)
              .to(
                  (request, tenant, _) ->
                      request
                          .host()
                          .unwrap(TenantUsage.Meter.class)
                          .usage(Objects.requireNonNull(tenant.documentSelfLink), tenant.quotas)));

  /** A factory that updates a tenant when it is posted again. */
  public static FactoryService createFactory() {
    return FactoryService.createIdempotent(TenantService.class, TenantState.class);
  }

  /** The document. */
  @DocumentKind(TenantState.KIND)
  public static class TenantState extends ServiceDocument {
    public static final String KIND = "com:vmware:xenon:services:common:TenantService:TenantState";
    public static final String FIELD_NAME_ID = "id";
    public static final String FIELD_NAME_NAME = "name";
    public static final String FIELD_NAME_PARENT_LINK = "parentLink";

    /** What other systems call it. */
    @UsageOption(option = PropertyUsageOption.ID)
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String id;

    /** What people call it. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String name;

    /** The tenant that it is part of; absent for none. */
    @UsageOption(option = PropertyUsageOption.AUTO_MERGE_IF_NOT_NULL)
    public @Nullable String parentLink;

    /**
     * What it may use; absent for no limits. A PATCH changes the limits that it names, a PUT all.
     */
    public @Nullable TenantQuotas quotas;
  }

  /** Declares what the runtime is to do for these documents. */
  public TenantService() {
    super(TenantState.class);
  }

  /** {@code /usage}: what the tenant uses, for those who may read it. */
  @Override
  public @Nullable RoutesBelow<?> routes() {
    return ROUTES;
  }

  @Override
  void merge(Operation patch, TenantState state) {
    super.merge(patch, state);
    TenantQuotas wanted = bodyOf(patch).quotas;
    if (wanted != null) {
      wanted.check();
      state.quotas = state.quotas == null ? wanted : state.quotas.overriddenBy(wanted);
    }
  }

  @Override
  void check(TenantState state) {
    require(TenantState.FIELD_NAME_NAME, state.name);
    if (state.parentLink != null) {
      requireLink(TenantState.FIELD_NAME_PARENT_LINK, state.parentLink);
    }
    if (state.quotas != null) {
      state.quotas.check();
    }
  }
}
