// SPDX-License-Identifier: Apache-2.0
/** Where sessions begin and end, and the group's keys are shown and replaced. */
@NullMarked
package io.cairn.runtime.security.identity.login;

import org.jspecify.annotations.NullMarked;
