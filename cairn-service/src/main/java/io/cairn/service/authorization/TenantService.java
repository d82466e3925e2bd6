// SPDX-License-Identifier: Apache-2.0
package io.cairn.service.authorization;

import io.cairn.document.DocumentKind;
import io.cairn.document.ServiceDocument;
import io.cairn.document.ServiceDocumentDescription.PropertyUsageOption;
import io.cairn.service.FactoryService;
import io.cairn.service.uri.ServiceUriPaths;
import org.jspecify.annotations.Nullable;

/** A tenant: documents that name its link in their tenantLinks are its. */
public class TenantService extends AuthorizationDocument<TenantService.TenantState> {

  public static final String FACTORY_LINK = ServiceUriPaths.CORE_TENANTS;

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
  }

  /** Declares what the runtime is to do for these documents. */
  public TenantService() {
    super(TenantState.class);
  }

  @Override
  void check(TenantState state) {
    require(TenantState.FIELD_NAME_NAME, state.name);
    if (state.parentLink != null) {
      requireLink(TenantState.FIELD_NAME_PARENT_LINK, state.parentLink);
    }
  }
}
