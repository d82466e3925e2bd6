// SPDX-License-Identifier: Apache-2.0
/** What users and tenants may use, and how much they do. */
@NullMarked
package io.cairn.runtime.quotas;

import org.jspecify.annotations.NullMarked;
