// SPDX-License-Identifier: Apache-2.0
/** On whose behalf an operation runs. */
@NullMarked
package io.cairn.service.security;

import org.jspecify.annotations.NullMarked;
