import { Injectable, OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { FeatureRegistry } from '@gatehouse/modules';
import {
  authenticationOf,
  type AuthenticationFunction,
  type AuthenticationWay,
  type CredentialScheme,
  isSchemeClass,
} from './credential-scheme.js';

/** Collects the credential schemes that the features declare. */
@Injectable()
export class CredentialSchemes implements OnModuleInit {
  private all: readonly CredentialScheme[] = [];
  private readonly own = new Map<object, readonly CredentialScheme[]>();

  constructor(
    private readonly features: FeatureRegistry,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Stops the start when a scheme is not a provider. */
  onModuleInit(): void {
    const declared = this.features.declarations.flatMap(({ credentialSchemes }) => credentialSchemes ?? []);
    this.all = declared.map((scheme) => this.moduleRef.get(scheme, { strict: false }));
  }

  /**
   * The schemes that apply to a handler, in the order in which they are tried.
   * @throws when one that it names is not a provider
   */
  of(handler: object): readonly CredentialScheme[] {
    const ways = authenticationOf(handler);
    if (!ways) return this.all;
    let schemes = this.own.get(handler);
    if (!schemes) this.own.set(handler, (schemes = ways.map((way) => this.schemeOf(way))));
    return schemes;
  }

  private schemeOf(way: AuthenticationWay): CredentialScheme {
    return isSchemeClass(way) ? this.moduleRef.get(way, { strict: false }) : fromFunction(way);
  }
}

/** The document can only say of a function that it exists. */
function fromFunction(authenticate: AuthenticationFunction): CredentialScheme {
  const { name } = authenticate;
  const description = 'Credentials that the operation checks itself; its description says which.';
  return { authenticate, security: { [name]: { type: 'http', scheme: name, description } } };
}
