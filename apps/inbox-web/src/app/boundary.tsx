import { i18n } from '../i18n/instance.ts';
import { Component, type ReactNode } from 'react';
import { ListError } from '../list/list-states.tsx';

interface Props {
  /** A new value starts afresh. */
  of: string;
  children: ReactNode;
}

/** A pane that fails says so and leaves the others working. */
export class Boundary extends Component<Props, { error?: Error }> {
  override state: { error?: Error } = {};

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override componentDidUpdate(before: Props): void {
    if (before.of !== this.props.of && this.state.error) this.setState({});
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <ListError
        message={`${i18n.t('app.crashed')}: ${error.message}`}
        retry={() => this.setState({ error: undefined } as never)}
      />
    );
  }
}
