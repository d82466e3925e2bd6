// SPDX-License-Identifier: Apache-2.0
/**
 * Who may do what, as documents: users, groups of users and of resources, roles, credentials,
 * tenants. They mean something only on hosts with authorization.
 */
@NullMarked
package io.cairn.service.authorization;

import org.jspecify.annotations.NullMarked;
